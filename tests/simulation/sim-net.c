/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-net.h"

typedef struct
{
  GByteArray *bytes; /* (owned) on the way, from @start on */
  gsize start;
  gboolean busy; /* an arrival is in the heap */
  gboolean stalled;
  gboolean dead; /* stalled for good */
  gboolean reading;
  gboolean writer_waits;
  gboolean cut;    /* what is written from now on gets lost */
  gboolean ending; /* the end follows the bytes */
  gboolean reset;
  guint64 received;
  gint64 cut_at;               /* -1: never */
  const SimEndpoint *endpoint; /* (nullable): closed */
  gpointer owner;
} Pipe;

struct _SimLink
{
  SimNet *net; /* (unowned) */
  guint serial;
  Pipe pipes[2]; /* by the end they lead to */
  gboolean troubled;
  gboolean cut_at_reset;
  SimCut cut_at_mode;
};

struct _SimNet
{
  SimClock *clock;           /* (unowned) */
  const SimOptions *options; /* (unowned) */
  SimFaults *faults;         /* (unowned) */
  SimTrace *trace;           /* (unowned) */
  SimScript *script;         /* (unowned) */
  SimRandom random;
  SimRandom choice; /* of what befalls it */
  GPtrArray *links; /* (owned): they stay until the end, events point to them */
  gboolean healed;
  gsize max_segment;
  gsize send_buffer;
};

static void
link_free (gpointer data)
{
  SimLink *link = data;

  for (guint i = 0; i < 2; i++)
    g_byte_array_unref (link->pipes[i].bytes);
  g_free (link);
}

SimNet *
sim_net_new (SimClock *clock,
             const SimOptions *options,
             SimFaults *faults,
             SimTrace *trace,
             SimScript *script)
{
  SimNet *self = g_new0 (SimNet, 1);

  self->clock = clock;
  self->options = options;
  self->faults = faults;
  self->trace = trace;
  self->script = script;
  self->links = g_ptr_array_new_with_free_func (link_free);
  self->max_segment = options->max_segment;
  self->send_buffer = options->send_buffer;
  sim_random_init (&self->random, options->seed, "net");
  sim_random_init (&self->choice, options->seed, "net-faults");

  return self;
}

void
sim_net_free (SimNet *self)
{
  g_ptr_array_unref (self->links);
  g_free (self);
}

SimLink *
sim_net_peek_link (SimNet *self,
                   guint index)
{
  return index < self->links->len ? g_ptr_array_index (self->links, index) : NULL;
}

guint
sim_link_get_serial (SimLink *self)
{
  return self->serial;
}

gboolean
sim_link_is_troubled (SimLink *self)
{
  return self->troubled;
}

gboolean
sim_link_is_sound (SimLink *self)
{
  for (guint end = 0; end < 2; end++)
    if (self->pipes[end].stalled || self->pipes[end].cut || self->pipes[end].endpoint == NULL)
      return FALSE;

  return TRUE;
}

guint64
sim_link_get_received (SimLink *self,
                       SimEnd end)
{
  return self->pipes[end].received;
}

gboolean
sim_link_is_empty (SimLink *self,
                   SimEnd end)
{
  return self->pipes[end].bytes->len == self->pipes[end].start;
}

static gsize
get_pending (Pipe *pipe)
{
  return pipe->bytes->len - pipe->start;
}

static void
drop_pending (Pipe *pipe,
              gsize keep)
{
  if (get_pending (pipe) > keep)
    g_byte_array_set_size (pipe->bytes, (guint) (pipe->start + keep));
}

static void arrive (gpointer data,
                    guint64 end);

static void
schedule (SimLink *link,
          SimEnd end,
          gint64 delay)
{
  Pipe *pipe = &link->pipes[end];

  if (pipe->busy || pipe->stalled || pipe->endpoint == NULL)
    return;
  if (get_pending (pipe) == 0 && !pipe->ending)
    return;
  if (!pipe->reading && !pipe->reset)
    return;

  pipe->busy = TRUE;
  sim_clock_add (link->net->clock, delay, arrive, link, end);
}

static gint64
get_latency (SimNet *net)
{
  return sim_random_range (&net->random, net->options->latency / 2, net->options->latency);
}

static void
end_pipe (SimLink *link,
          SimEnd end)
{
  Pipe *pipe = &link->pipes[end];
  const SimEndpoint *endpoint = pipe->endpoint;

  sim_trace (link->net->trace, "link %u: %s at the %s", link->serial, pipe->reset ? "RST" : "FIN",
             end == SIM_END_CLIENT ? "client" : "broker");
  pipe->endpoint = NULL;
  endpoint->ended (pipe->owner, link, pipe->reset);
}

/* Takes the next bytes off the pipe. */
static guint8 *
take_segment (SimLink *link,
              Pipe *pipe,
              gsize *len)
{
  SimNet *net = link->net;
  gsize n = MIN (get_pending (pipe), net->max_segment);
  guint8 *data;

  n = (gsize) sim_random_range (&net->random, 1, (gint64) n);
  if (pipe->cut_at >= 0)
    n = MIN (n, (gsize) pipe->cut_at - pipe->received);
  if (n == 1)
    sim_fault (net->faults, SIM_FAULT_ONE_BYTE);

  data = g_memdup2 (pipe->bytes->data + pipe->start, n);
  pipe->start += n;
  pipe->received += n;
  if (get_pending (pipe) == 0 || pipe->start > 65536)
    {
      g_byte_array_remove_range (pipe->bytes, 0, (guint) pipe->start);
      pipe->start = 0;
    }
  *len = n;

  return data;
}

static void
tell_writer (SimLink *link,
             SimEnd end)
{
  Pipe *pipe = &link->pipes[end];
  Pipe *back = &link->pipes[1 - end]; /* its endpoint is the writer's */

  if (!pipe->writer_waits || back->endpoint == NULL)
    return;

  pipe->writer_waits = FALSE;
  back->endpoint->writable (back->owner, link);
}

static void
arrive (gpointer data,
        guint64 arg)
{
  SimLink *link = data;
  SimEnd end = (SimEnd) arg;
  Pipe *pipe = &link->pipes[end];

  pipe->busy = FALSE;
  if (pipe->endpoint == NULL || pipe->stalled || (!pipe->reading && !pipe->reset))
    return;

  if (!pipe->reading) /* a reset does not wait for the reader, and spoils what he has not read */
    {
      sim_fault (link->net->faults, SIM_FAULT_CUT_WHILE_PAUSED);
      drop_pending (pipe, 0);
    }

  if (get_pending (pipe) == 0)
    {
      if (pipe->ending)
        end_pipe (link, end);
      return;
    }

  if (pipe->cut_at < 0 || pipe->received < (guint64) pipe->cut_at)
    {
      g_autofree guint8 *bytes = NULL;
      gsize len;

      bytes = take_segment (link, pipe, &len);
      sim_trace_bytes (link->net->trace, end == SIM_END_CLIENT ? "to client" : "to broker", bytes,
                       len);
      pipe->endpoint->data (pipe->owner, link, bytes, len);
    }

  if (pipe->cut_at >= 0 && pipe->received == (guint64) pipe->cut_at)
    {
      pipe->cut_at = -1;
      drop_pending (pipe, 0);
      sim_link_cut (link, link->cut_at_reset, link->cut_at_mode);
    }
  tell_writer (link, end);
  schedule (link, end, sim_random_range (&link->net->random, 0, link->net->options->segment_gap));
}

gsize
sim_link_write (SimLink *self,
                SimEnd from,
                const guint8 *data,
                gsize len)
{
  SimNet *net = self->net;
  Pipe *pipe = &self->pipes[1 - from];
  gsize space = net->send_buffer - MIN (net->send_buffer, get_pending (pipe));
  gsize n = MIN (len, space);

  if (n > 1 && sim_random_percent (&net->random, 5))
    n = (gsize) sim_random_range (&net->random, 1, (gint64) n - 1);

  if (n < len)
    {
      sim_fault (net->faults, n == 0 ? SIM_FAULT_BLOCKED_WRITE : SIM_FAULT_SHORT_WRITE);
      pipe->writer_waits = TRUE;
    }
  if (pipe->cut || pipe->endpoint == NULL)
    return n; /* taken, and lost */

  g_byte_array_append (pipe->bytes, data, (guint) n);
  schedule (self, (SimEnd) (1 - from), get_latency (net));

  return n;
}

void
sim_link_set_reading (SimLink *self,
                      SimEnd end,
                      gboolean reading)
{
  Pipe *pipe = &self->pipes[end];

  if (pipe->reading == reading)
    return;
  pipe->reading = reading;
  schedule (self, end, 0);
}

void
sim_link_attach (SimLink *self,
                 SimEnd end,
                 const SimEndpoint *endpoint,
                 gpointer owner)
{
  self->pipes[end].endpoint = endpoint;
  self->pipes[end].owner = owner;
}

static void
cut_pipe (SimLink *self,
          SimEnd end,
          gboolean reset,
          SimCut cut)
{
  SimNet *net = self->net;
  Pipe *pipe = &self->pipes[end];

  if (cut == SIM_CUT_DROP)
    drop_pending (pipe, 0);
  else if (cut == SIM_CUT_RANDOM)
    drop_pending (pipe, sim_random_below (&net->random, get_pending (pipe) + 1));

  pipe->cut = TRUE;
  pipe->ending = TRUE;
  pipe->reset = reset;
  pipe->stalled = pipe->dead;
  schedule (self, end, get_latency (net));
}

void
sim_link_cut (SimLink *self,
              gboolean reset,
              SimCut cut)
{
  if (self->pipes[0].cut || self->pipes[1].cut)
    return;

  sim_trace (self->net->trace, "link %u: cut", self->serial);
  sim_fault (self->net->faults, reset ? SIM_FAULT_CUT_RST : SIM_FAULT_CUT_FIN);
  self->troubled = TRUE;
  cut_pipe (self, SIM_END_BROKER, reset, cut);
  cut_pipe (self, SIM_END_CLIENT, reset, cut);
}

void
sim_link_cut_at (SimLink *self,
                 SimEnd end,
                 gint64 n_bytes,
                 gboolean reset,
                 SimCut cut)
{
  self->pipes[end].cut_at = n_bytes;
  self->cut_at_reset = reset;
  self->cut_at_mode = cut;
}

void
sim_link_close (SimLink *self,
                SimEnd end,
                gboolean abruptly)
{
  self->pipes[end].endpoint = NULL;
  drop_pending (&self->pipes[end], 0);
  cut_pipe (self, (SimEnd) (1 - end), abruptly, abruptly ? SIM_CUT_RANDOM : SIM_CUT_KEEP);
}

/* --- Faults that come by themselves --- */

static void
go_on (gpointer data,
       guint64 end)
{
  SimLink *link = data;
  Pipe *pipe = &link->pipes[end];

  if (!pipe->dead)
    {
      pipe->stalled = FALSE;
      schedule (link, (SimEnd) end, 0);
    }
}

static gboolean
is_open (SimLink *link)
{
  return link->pipes[SIM_END_CLIENT].endpoint != NULL && !link->pipes[SIM_END_CLIENT].cut;
}

static void
cut_link (SimLink *link,
          gboolean reset)
{
  sim_script_note (link->net->script, SIM_VERB_CUT, 0, reset, 0, 0);
  sim_link_cut (link, reset, SIM_CUT_RANDOM);
}

static void
stall_link (SimLink *link,
            SimEnd end,
            gint64 duration)
{
  SimNet *net = link->net;

  sim_script_note (net->script, SIM_VERB_STALL, 0, end, duration, 0);
  sim_trace (net->trace, "link %u: stall", link->serial);
  sim_fault (net->faults, SIM_FAULT_STALL);
  link->troubled = TRUE;
  link->pipes[end].stalled = TRUE;
  sim_clock_add (net->clock, duration, go_on, link, end);
}

static void
swallow_link (SimLink *link,
              guint ends)
{
  SimNet *net = link->net;

  sim_script_note (net->script, SIM_VERB_BLACKHOLE, 0, ends, 0, 0);
  sim_trace (net->trace, "link %u: blackhole %u", link->serial, ends);
  link->troubled = TRUE;
  for (guint end = 0; end < 2; end++)
    if ((ends & (1u << end)) != 0)
      {
        link->pipes[end].stalled = link->pipes[end].dead = TRUE;
        sim_fault (net->faults,
                   end == SIM_END_CLIENT ? SIM_FAULT_BLACKHOLE_IN : SIM_FAULT_BLACKHOLE_OUT);
      }
}

static void
random_cut (gpointer data,
            guint64 arg)
{
  SimLink *link = data;

  if (is_open (link) && !link->net->healed)
    cut_link (link, sim_random_percent (&link->net->choice, 50));
}

static void
random_stall (gpointer data,
              guint64 arg)
{
  SimLink *link = data;
  SimEnd end = (SimEnd) sim_random_below (&link->net->choice, 2);

  if (is_open (link) && !link->net->healed)
    stall_link (link, end, sim_random_range (&link->net->choice, 0, 8 * SIM_SECOND));
}

static void
random_blackhole (gpointer data,
                  guint64 arg)
{
  SimLink *link = data;
  guint ends = (guint) sim_random_range (&link->net->choice, 1, 3);

  if (is_open (link) && !link->net->healed)
    swallow_link (link, ends);
}

void
sim_net_play (SimNet *self,
              const SimAction *action)
{
  SimLink *link
      = self->links->len > 0 ? g_ptr_array_index (self->links, self->links->len - 1) : NULL;

  if (link == NULL || !is_open (link))
    return;

  if (action->verb == SIM_VERB_CUT)
    cut_link (link, action->numbers[0] != 0);
  else if (action->verb == SIM_VERB_STALL)
    stall_link (link, action->numbers[0] != 0 ? SIM_END_CLIENT : SIM_END_BROKER,
                action->numbers[1]);
  else
    swallow_link (link, (guint) action->numbers[0]);
}

static void
plan_fault (SimLink *link,
            gint64 interval,
            SimFunc func)
{
  SimNet *net = link->net;

  if (interval > 0)
    sim_clock_add_first (net->clock, sim_random_range (&net->choice, 0, 2 * interval), func, link,
                         0);
}

SimLink *
sim_net_connect (SimNet *self)
{
  SimLink *link = g_new0 (SimLink, 1);

  link->net = self;
  g_ptr_array_add (self->links, link);
  link->serial = self->links->len;
  for (guint i = 0; i < 2; i++)
    {
      link->pipes[i].bytes = g_byte_array_new ();
      link->pipes[i].reading = TRUE;
      link->pipes[i].cut_at = -1;
    }

  if (!self->healed)
    {
      plan_fault (link, self->options->cut_interval, random_cut);
      plan_fault (link, self->options->stall_interval, random_stall);
      plan_fault (link, self->options->blackhole_interval, random_blackhole);
    }

  return link;
}

void
sim_net_heal (SimNet *self)
{
  /* Or the broker may have said that there is none. */
  gboolean pings = self->options->engine.keep_alive > 0
                   && !(self->options->engine.protocol == MQTTC_PROTOCOL_V5
                        && self->options->profile == SIM_PROFILE_LIMITED);

  self->healed = TRUE;
  self->max_segment = self->send_buffer = 65536;

  /* What is dead is cut: without a keepalive nobody would ever find out. */
  for (guint i = 0; i < self->links->len; i++)
    {
      SimLink *link = g_ptr_array_index (self->links, i);
      gboolean dead = link->pipes[0].dead || link->pipes[1].dead;

      if (dead && !pings)
        {
          link->pipes[0].dead = link->pipes[1].dead = FALSE;
          sim_link_cut (link, TRUE, SIM_CUT_DROP);
        }
      link->pipes[0].cut_at = link->pipes[1].cut_at = -1;
      go_on (link, SIM_END_BROKER);
      go_on (link, SIM_END_CLIENT);
    }
}
