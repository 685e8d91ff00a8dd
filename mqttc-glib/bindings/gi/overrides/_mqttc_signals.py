# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signals, such as that of Control-C, while a call of the library waits. A part of Mqttc.py."""

import contextlib
import os
import select
import signal
import sys
import threading

# What usually ends a program.
ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class Signals:
    """Python handles a signal when its main thread gets to run code of Python, so what waits there in C
    has to be woken. A thread does it, which Python tells of each signal by set_wakeup_fd()."""

    def __init__(self):
        self.lock = threading.Lock()
        self.watches = []
        self.reader = self.writer = None
        # Set by Control-C, until it has become an exception; the other one after it was raised within
        # a callback, where it may have been lost.
        self.is_interrupted = False
        self.is_told = False
        self.is_busy = False

    def start(self):
        if self.reader is None:
            self.reader, self.writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
            threading.Thread(target=self._listen, name="Mqttc signals", daemon=True).start()

    def _listen(self):
        poll = select.poll()
        poll.register(self.reader, select.POLLIN)
        while True:
            poll.poll()
            with self.lock:
                self.take()

    def take(self):
        """Wakes whoever waits. With the lock held, so that none is woken who began to wait later."""
        try:
            numbers = os.read(self.reader, 4096)
        except BlockingIOError:
            return
        for watch in list(self.watches):
            watch.tell(numbers)

    def interrupt(self, _number, _frame):
        """In place of Python's own handler, whose exception would be lost in a callback."""
        if self.is_interrupted and not self.is_busy:
            # Asked for once more, so something does not come to its end.
            raise KeyboardInterrupt
        self.is_interrupted = True

    def clear(self):
        self.is_interrupted = self.is_told = False

    def forked(self):
        """In the new process there is no thread that reads."""
        if self.reader is not None:
            if self.watches:
                signal.set_wakeup_fd(-1)
            os.close(self.reader)
            os.close(self.writer)
            self.__init__()


signals = Signals()
os.register_at_fork(after_in_child=signals.forked)


def _is_main_loop_interrupted():
    """PyGObject has a handler of its own while it runs a GLib.MainLoop, which is then to end."""
    helper = sys.modules.get("gi._ossighelper")
    handler = signal.getsignal(signal.SIGINT)
    return (helper is not None and getattr(handler, "__module__", None) == helper.__name__
            and getattr(helper, "_sigint_called", True))


class Watch:
    """Has a function called, in another thread, when a signal comes; raises KeyboardInterrupt at its
    end if it was that of Control-C. In the main thread only: Python handles no signals in others."""

    def __init__(self, wake, numbers=None):
        self._wake = wake
        self._numbers = numbers
        self._previous_fd = None
        self._is_handler_ours = False

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            signals.start()
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                self._is_handler_ours = True
                signal.signal(signal.SIGINT, signals.interrupt)
            signals.is_busy = True
            with signals.lock:
                signals.watches.append(self)
                self._previous_fd = signal.set_wakeup_fd(signals.writer, warn_on_full_buffer=False)
            signals.is_busy = False
            if (signals.is_interrupted and not signals.is_told) or _is_main_loop_interrupted():
                self._wake()
        return self

    def tell(self, numbers):
        if self._numbers is None or not self._numbers.isdisjoint(numbers):
            self._wake()
        # Of an event loop, perhaps. One that is full has been told enough.
        if self._previous_fd not in {-1, signals.writer}:
            with contextlib.suppress(OSError):
                os.write(self._previous_fd, numbers)

    def __exit__(self, *_error):
        if self._previous_fd is None:
            return
        signals.is_busy = True
        self._leave()
        signals.is_busy = False
        if self._was_interrupted():
            raise KeyboardInterrupt from None

    def _leave(self):
        current_fd = signal.set_wakeup_fd(self._previous_fd)
        if current_fd != signals.writer:
            # Somebody has set another one meanwhile.
            signal.set_wakeup_fd(current_fd)
        if self in signals.watches:
            with signals.lock:
                signals.take()
                signals.watches.remove(self)
        if self._is_handler_ours and signal.getsignal(signal.SIGINT) == signals.interrupt:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _was_interrupted(self):
        was_interrupted = signals.is_interrupted
        if self._is_handler_ours:
            signals.clear()
        elif was_interrupted:
            was_interrupted = not signals.is_told
            signals.is_told = True
        return was_interrupted or _is_main_loop_interrupted()

    def take_interrupt(self):
        """Whether Control-C was pressed; then its exception is for the caller to raise."""
        if self._previous_fd is None or not signals.is_interrupted:
            return False
        signals.clear()
        return True
