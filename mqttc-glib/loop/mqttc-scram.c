/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The messages of SCRAM (RFC 5802, sections 3 and 5; the grammar is in section 7), with SHA-256
 * (RFC 7677). */

#include "config.h"

#include "loop/mqttc-scram-private.h"
#include "mqttc-error.h"
#include "values/mqttc-secret-private.h"

#include <string.h>

/* Between two looks at whether anybody still wants the key. */
#define ITERATIONS_PER_LOOK 512

struct _MqttcScram
{
  MqttcScramStage stage;

  char *header;            /* gs2-header */
  GBytes *binding;         /* (nullable) */
  char *nonce;             /* ours */
  char *client_first;      /* with the header */
  const char *client_bare; /* in client_first */

  char *server_first; /* (nullable) */
  char *full_nonce;   /* (nullable) */
  GBytes *salt;       /* (nullable) */
  guint iterations;
  guint8 server_signature[MQTTC_SCRAM_KEY_LEN];
};

/* --- Keys. --- */

static void
sign (const guint8 *key,
      gsize key_len,
      const void *data,
      gsize len,
      guint8 *signature)
{
  gsize signature_len = MQTTC_SCRAM_KEY_LEN;
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_len);

  g_hmac_update (hmac, data, len);
  g_hmac_get_digest (hmac, signature, &signature_len);
  g_hmac_unref (hmac);
}

static void
sign_text (const guint8 *key,
           const char *text,
           guint8 *signature)
{
  sign (key, MQTTC_SCRAM_KEY_LEN, text, strlen (text), signature);
}

static void
hash (const guint8 *data,
      guint8 *digest)
{
  gsize digest_len = MQTTC_SCRAM_KEY_LEN;
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, data, MQTTC_SCRAM_KEY_LEN);
  g_checksum_get_digest (checksum, digest, &digest_len);
  g_checksum_free (checksum);
}

static void
mix (guint8 *to,
     const guint8 *from)
{
  for (guint i = 0; i < MQTTC_SCRAM_KEY_LEN; i++)
    to[i] ^= from[i];
}

/* The state after the key alone is copied, which takes half of the work off each iteration. */
static void
sign_again (GHmac *keyed,
            guint8 *block)
{
  gsize len = MQTTC_SCRAM_KEY_LEN;
  GHmac *hmac = g_hmac_copy (keyed);

  g_hmac_update (hmac, block, MQTTC_SCRAM_KEY_LEN);
  g_hmac_get_digest (hmac, block, &len);
  g_hmac_unref (hmac);
}

static void
sign_salt (GHmac *keyed,
           GBytes *salt,
           guint8 *block)
{
  /* The number of the block, of which SHA-256 needs one. */
  static const guint8 one[] = { 0, 0, 0, 1 };
  gsize len;
  const guint8 *data = g_bytes_get_data (salt, &len);
  GHmac *hmac = g_hmac_copy (keyed);

  g_hmac_update (hmac, data, len);
  g_hmac_update (hmac, one, sizeof (one));
  len = MQTTC_SCRAM_KEY_LEN;
  g_hmac_get_digest (hmac, block, &len);
  g_hmac_unref (hmac);
}

GBytes *
mqttc_scram_derive (GBytes *password,
                    GBytes *salt,
                    guint iterations,
                    const int *stop)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (password, &len);
  GHmac *keyed = g_hmac_new (G_CHECKSUM_SHA256, data, len);
  guint8 block[MQTTC_SCRAM_KEY_LEN];
  guint8 key[MQTTC_SCRAM_KEY_LEN];
  GBytes *result = NULL;
  guint i;

  sign_salt (keyed, salt, block);
  memcpy (key, block, sizeof (key));
  for (i = 1; i < iterations; i++)
    {
      if (i % ITERATIONS_PER_LOOK == 0 && g_atomic_int_get (stop) != 0)
        break;
      sign_again (keyed, block);
      mix (key, block);
    }

  if (i == iterations)
    result = mqttc_secret_new (key, sizeof (key));
  explicit_bzero (block, sizeof (block));
  explicit_bzero (key, sizeof (key));
  g_hmac_unref (keyed);

  return result;
}

/* --- What we say first. --- */

/* Section 5.1: a saslname. */
static void
append_name (GString *message,
             const char *name)
{
  for (const char *p = name; *p != '\0'; p++)
    {
      if (*p == '=')
        g_string_append (message, "=3D");
      else if (*p == ',')
        g_string_append (message, "=2C");
      else
        g_string_append_c (message, *p);
    }
}

MqttcScram *
mqttc_scram_new (const char *user_name,
                 const char *nonce,
                 const char *flag,
                 GBytes *binding)
{
  MqttcScram *self = g_new0 (MqttcScram, 1);
  GString *message = g_string_new (NULL);

  /* Nobody is spoken for but the user. */
  self->header = g_strconcat (flag, ",,", NULL);
  self->binding = binding != NULL ? g_bytes_ref (binding) : NULL;
  self->nonce = g_strdup (nonce);

  g_string_append_printf (message, "%sn=", self->header);
  append_name (message, user_name);
  g_string_append_printf (message, ",r=%s", nonce);
  self->client_first = g_string_free (message, FALSE);
  self->client_bare = self->client_first + strlen (self->header);

  return self;
}

void
mqttc_scram_free (MqttcScram *self)
{
  g_free (self->header);
  g_clear_pointer (&self->binding, g_bytes_unref);
  g_free (self->nonce);
  g_free (self->client_first);
  g_free (self->server_first);
  g_free (self->full_nonce);
  g_clear_pointer (&self->salt, g_bytes_unref);
  explicit_bzero (self->server_signature, sizeof (self->server_signature));
  g_free (self);
}

MqttcScramStage
mqttc_scram_get_stage (MqttcScram *self)
{
  return self->stage;
}

const char *
mqttc_scram_get_client_first (MqttcScram *self)
{
  return self->client_first;
}

/* --- What the server says. --- */

static gboolean
refuse (MqttcScram *self,
        const char *why,
        GError **error)
{
  self->stage = MQTTC_SCRAM_STAGE_FAILED;
  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL,
               "The server's part of SCRAM is not valid: %s", why);

  return FALSE;
}

/* Attributes are separated by commas, which a value does not have. NULL if it cannot be a message: it is
 * too long, is not UTF-8, or has a null or another control character. */
static char **
split (GBytes *data,
       char **message)
{
  gsize len = 0;
  const char *text = data != NULL ? g_bytes_get_data (data, &len) : NULL;

  if (text == NULL || len > MQTTC_SCRAM_MAX_MESSAGE_LEN || !g_utf8_validate (text, len, NULL))
    return NULL;
  for (gsize i = 0; i < len; i++)
    {
      if (g_ascii_iscntrl (text[i]))
        return NULL;
    }

  *message = g_strndup (text, len);

  return g_strsplit (*message, ",", -1);
}

/* The value of @attribute, or NULL if there is another one in its place. */
static const char *
get_value (const char *attribute,
           char name)
{
  if (attribute == NULL || attribute[0] != name || attribute[1] != '=' || attribute[2] == '\0')
    return NULL;

  return attribute + 2;
}

/* Section 5.1: extensions may follow, which are ignored, but not the one that says that it may not be. */
static const char *
find_bad_extension (char **attributes)
{
  for (; *attributes != NULL; attributes++)
    {
      if (!g_ascii_isalpha ((*attributes)[0]) || (*attributes)[1] != '='
          || (*attributes)[2] == '\0')
        return "what follows is no extension";
      if ((*attributes)[0] == 'm')
        return "it needs an extension that is not known";
    }

  return NULL;
}

/* In its one form: g_base64_decode() skips what it does not know. NULL if it is not. */
static guint8 *
decode_base64 (const char *text,
               gsize *len)
{
  g_autofree guint8 *data = g_base64_decode (text, len);
  g_autofree char *again = g_base64_encode (data, *len);

  return *len > 0 && strcmp (text, again) == 0 ? g_steal_pointer (&data) : NULL;
}

static gboolean
is_printable (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isgraph (*p))
        return FALSE;
    }

  return TRUE;
}

/* Section 5.1: ours and more, or somebody repeats an old exchange. */
static const char *
read_nonce (MqttcScram *self,
            const char *nonce)
{
  if (nonce == NULL)
    return "there is no nonce";
  if (!g_str_has_prefix (nonce, self->nonce) || nonce[strlen (self->nonce)] == '\0')
    return "its nonce does not extend that of the client";
  if (!is_printable (nonce))
    return "its nonce is not printable";

  self->full_nonce = g_strdup (nonce);

  return NULL;
}

static const char *
read_salt (MqttcScram *self,
           const char *text)
{
  guint8 *salt;
  gsize len;

  if (text == NULL)
    return "there is no salt";

  salt = decode_base64 (text, &len);
  if (salt == NULL)
    return "its salt is not Base64";

  self->salt = g_bytes_new_take (salt, len);

  return len <= MQTTC_SCRAM_MAX_SALT_LEN ? NULL : "its salt is too long";
}

/* The grammar has neither a sign nor a zero in front. */
static const char *
read_iterations (MqttcScram *self,
                 const char *text)
{
  guint64 iterations;

  if (text == NULL)
    return "there is no iteration count";
  if (text[0] == '0' || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT, &iterations, NULL))
    return "its iteration count is not a number";

  self->iterations = (guint) iterations;

  return NULL;
}

static const char *
read_attributes (MqttcScram *self,
                 char **attributes)
{
  const char *why;

  if (attributes == NULL)
    return "the first message is not text of a sensible length";
  if (get_value (attributes[0], 'm') != NULL)
    return "it needs an extension that is not known";

  why = read_nonce (self, get_value (attributes[0], 'r'));
  if (why == NULL)
    why = read_salt (self, get_value (attributes[1], 's'));
  if (why == NULL)
    why = read_iterations (self, get_value (attributes[2], 'i'));

  return why != NULL ? why : find_bad_extension (attributes + 3);
}

static gboolean
check_iterations (MqttcScram *self,
                  guint min_iterations,
                  guint max_iterations,
                  GError **error)
{
  if (self->iterations >= min_iterations && self->iterations <= max_iterations)
    return TRUE;

  self->stage = MQTTC_SCRAM_STAGE_FAILED;
  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT,
               "The server wants the password hashed %u times, and %u to %u are allowed; change "
               "minimum-iterations or maximum-iterations if it may",
               self->iterations, min_iterations, max_iterations);

  return FALSE;
}

gboolean
mqttc_scram_read_server_first (MqttcScram *self,
                               GBytes *data,
                               guint min_iterations,
                               guint max_iterations,
                               GError **error)
{
  g_auto (GStrv) attributes = NULL;
  const char *why;

  if (self->stage != MQTTC_SCRAM_STAGE_FIRST)
    return refuse (self, "it is a message too many", error);

  attributes = split (data, &self->server_first);
  why = read_attributes (self, attributes);
  if (why != NULL)
    return refuse (self, why, error);
  if (!check_iterations (self, min_iterations, max_iterations, error))
    return FALSE;

  self->stage = MQTTC_SCRAM_STAGE_KEY;

  return TRUE;
}

GBytes *
mqttc_scram_get_salt (MqttcScram *self)
{
  return self->salt;
}

guint
mqttc_scram_get_iterations (MqttcScram *self)
{
  return self->iterations;
}

/* --- The proofs. --- */

/* Section 6: the server sees what we thought of channel binding, and over which connection. */
static char *
encode_binding (MqttcScram *self)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();

  g_byte_array_append (input, (const guint8 *) self->header, strlen (self->header));
  if (self->binding != NULL)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (self->binding, &len);

      g_byte_array_append (input, data, len);
    }

  return g_base64_encode (input->data, input->len);
}

/* Section 3: ClientProof; and ServerSignature, for later. */
static void
prove (MqttcScram *self,
       const guint8 *key,
       const char *auth_message,
       guint8 *proof)
{
  guint8 stored_key[MQTTC_SCRAM_KEY_LEN];
  guint8 server_key[MQTTC_SCRAM_KEY_LEN];
  guint8 client_signature[MQTTC_SCRAM_KEY_LEN];

  sign_text (key, "Client Key", proof);
  hash (proof, stored_key);
  sign_text (stored_key, auth_message, client_signature);
  mix (proof, client_signature);

  sign_text (key, "Server Key", server_key);
  sign_text (server_key, auth_message, self->server_signature);

  explicit_bzero (stored_key, sizeof (stored_key));
  explicit_bzero (server_key, sizeof (server_key));
  explicit_bzero (client_signature, sizeof (client_signature));
}

char *
mqttc_scram_make_client_final (MqttcScram *self,
                               GBytes *key)
{
  g_autofree char *binding = encode_binding (self);
  g_autofree char *without_proof = g_strdup_printf ("c=%s,r=%s", binding, self->full_nonce);
  g_autofree char *auth_message
      = g_strjoin (",", self->client_bare, self->server_first, without_proof, NULL);
  g_autofree char *proof_text = NULL;
  guint8 proof[MQTTC_SCRAM_KEY_LEN];

  g_assert (self->stage == MQTTC_SCRAM_STAGE_KEY);

  prove (self, g_bytes_get_data (key, NULL), auth_message, proof);
  self->stage = MQTTC_SCRAM_STAGE_FINAL;
  proof_text = g_base64_encode (proof, sizeof (proof));

  return g_strjoin (",p=", without_proof, proof_text, NULL);
}

/* In a time that does not tell how many bytes are right. */
static gboolean
is_signature (MqttcScram *self,
              const char *text)
{
  gsize len;
  g_autofree guint8 *signature = decode_base64 (text, &len);
  guint8 difference = 0;

  if (signature == NULL || len != MQTTC_SCRAM_KEY_LEN)
    return FALSE;

  for (guint i = 0; i < MQTTC_SCRAM_KEY_LEN; i++)
    difference |= signature[i] ^ self->server_signature[i];

  return difference == 0;
}

/* Section 7: server-error. */
static gboolean
refused_by_server (MqttcScram *self,
                   const char *value,
                   GError **error)
{
  self->stage = MQTTC_SCRAM_STAGE_FAILED;
  g_set_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_NOT_AUTHORIZED,
               "The server refuses the user name or the password: %s", value);

  return FALSE;
}

gboolean
mqttc_scram_verify_server_final (MqttcScram *self,
                                 GBytes *data,
                                 GError **error)
{
  g_autofree char *message = NULL;
  g_auto (GStrv) attributes = NULL;
  const char *value;
  const char *why;

  if (self->stage != MQTTC_SCRAM_STAGE_FINAL)
    return refuse (self, "it is a message too many", error);

  attributes = split (data, &message);
  if (attributes == NULL)
    return refuse (self, "the last message is not text of a sensible length", error);

  value = get_value (attributes[0], 'e');
  if (value != NULL)
    return refused_by_server (self, value, error);

  value = get_value (attributes[0], 'v');
  if (value == NULL)
    return refuse (self, "there is no signature", error);
  if (!is_signature (self, value))
    return refuse (self, "its signature is wrong, so it does not know the password", error);
  why = find_bad_extension (attributes + 1);
  if (why != NULL)
    return refuse (self, why, error);

  self->stage = MQTTC_SCRAM_STAGE_DONE;

  return TRUE;
}
