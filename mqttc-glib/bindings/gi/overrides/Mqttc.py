# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What introspection alone does not give to Python: bytes, attributes, await, async for.

PyGObject loads it with `from gi.repository import Mqttc`. It wraps what it finds in the typelib, so
a new function or property needs nothing here.
"""

import sys
import time
from functools import partial

from gi._gi import GObject as Object
from gi._gi import Repository
from gi.repository import Gio, GLib, GObject

from ..importer import modules
from ._mqttc_signals import ENDING, Watch

Mqttc = modules["Mqttc"]._introspection_module
__all__ = ["Future", "Messages", "Task", "run", "spawn"]

# --- Values. C ends a string at its first zero, so what it would cut off is refused here.


def _checked(value):
    if isinstance(value, str) and "\0" in value:
        raise ValueError("U+0000 has no place in a topic, a filter or a text")
    if isinstance(value, (list, tuple)):
        for item in value:
            _checked(item)
    return value


def _to_bytes(value):
    if isinstance(value, str):
        value = _checked(value).encode()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return GLib.Bytes.new(bytes(value))
    return value


def _from_bytes(value):
    return value.get_data() or b"" if isinstance(value, GLib.Bytes) else value


# --- Results that are yet to come.


def _running_loop():
    # Also while asyncio is being imported, or has been torn down.
    get = getattr(sys.modules.get("asyncio"), "_get_running_loop", None)
    return get and get()


def _is_cancelled(error):
    return isinstance(error, GLib.Error) and error.matches(Gio.io_error_quark(),
                                                          Gio.IOErrorEnum.CANCELLED)


def _is_native(loop):
    """PyGObject 3.50 has awaitables of its own, for its own loop."""
    return loop is not None and type(loop).__module__ == "gi.events"


class Future:
    """A result that is yet to come: to be awaited in a coroutine of `run()` or `spawn()`, or of an
    asyncio loop that runs on the main loop of GLib."""

    def __init__(self):
        self._outcome = None
        self._retrieved = False
        self._callbacks = []

    def done(self):
        return self._outcome is not None

    def result(self):
        self._retrieved = True
        value, error = self._outcome
        if error is not None:
            raise error
        return value

    def cancel(self):
        self.finish(error=GLib.Error.new_literal(Gio.io_error_quark(), "The wait was cancelled",
                                               Gio.IOErrorEnum.CANCELLED))

    def finish(self, value=None, error=None):
        if self._outcome is None:
            self._outcome = (value, error)
            callbacks, self._callbacks = self._callbacks, []
            for callback in callbacks:
                callback()

    def _wait_in(self, loop):
        if type(loop).__module__.startswith(("asyncio.", "uvloop")):
            raise RuntimeError("this asyncio loop does not run the main loop of GLib: use Mqttc.run(), "
                               "or the event loop policy of gi.events")
        future = loop.create_future()
        self._callbacks.append(lambda: future.done() or future.set_result(None))
        yield from future

    def __await__(self):
        if not self.done():
            loop = _running_loop()
            try:
                if loop is None:
                    yield self
                else:
                    yield from self._wait_in(loop)
            except BaseException:
                # It was given up, so nobody will ask for its result.
                self._retrieved = True
                self.cancel()
                raise
        return self.result()

    def __del__(self, is_finalizing=sys.is_finalizing):
        error = self._outcome and self._outcome[1]
        if error and not (self._retrieved or is_finalizing() or _is_cancelled(error)):
            self._report(error)

    def _report(self, error):
        # Raised here, it goes to sys.unraisablehook.
        raise RuntimeError(f"{self._name()} failed, and its error was never retrieved: {error}") from error

    def _name(self):
        return type(self).__name__


class _Call(Future):
    """An asynchronous call without a callback: to be awaited, or left to itself."""

    def __init__(self, name, method, instance, finish, values):
        super().__init__()
        self._method_name = name
        self._get_result = finish
        self._cancellable = values.pop("cancellable", None) or Gio.Cancellable()
        method(instance, **values, cancellable=self._cancellable, callback=self._completed)

    def cancel(self):
        self._cancellable.cancel()

    def _name(self):
        return self._method_name + "()"

    def _completed(self, instance, result):
        try:
            self.finish(self._get_result(instance, result))
        except GLib.Error as error:
            self.finish(error=error)


class Task(Future):
    """A coroutine that the main loop runs."""

    def __init__(self, coroutine):
        super().__init__()
        self._coroutine = coroutine
        self._waits_for = None
        self._step(partial(coroutine.send, None))

    def _step(self, resume):
        self._waits_for = None
        try:
            future = resume()
        except StopIteration as end:
            self.finish(end.value)
        except BaseException as error:
            self.finish(error=error)
        else:
            if isinstance(future, Future):
                self._waits_for = future
                future._callbacks.append(partial(self._resume, future))
            else:
                error = RuntimeError(f"{future!r} cannot be awaited on the main loop of GLib")
                self._step(partial(self._coroutine.throw, error))

    def _resume(self, future):
        if future is self._waits_for:
            self._step(partial(self._coroutine.send, None))

    def throw(self, error):
        self._step(partial(self._coroutine.throw, error))

    def cancel(self):
        if self._waits_for is not None:
            self._waits_for.cancel()

    def _report(self, error):
        sys.excepthook(type(error), error, error.__traceback__)


def spawn(coroutine):
    """Starts a coroutine, which goes on whenever the main loop runs."""
    return Task(coroutine)


def run(coroutine):
    """Runs the main loop until the coroutine has ended, and returns its result.

    Control-C raises KeyboardInterrupt where the coroutine waits.
    """
    context = GLib.MainContext.get_thread_default() or GLib.MainContext.default()
    with Watch(context.wakeup) as watch:
        task = Task(coroutine)
        # If nobody asks for its result, then because of Control-C.
        task._retrieved = True
        while not task.done():
            try:
                context.iteration(True)
            except KeyboardInterrupt as error:
                watch.take_interrupt()
                task.throw(error)
            if not task.done() and watch.take_interrupt():
                task.throw(KeyboardInterrupt())
        if isinstance(task._outcome[1], KeyboardInterrupt):
            watch.take_interrupt()
    return task.result()


# --- Messages of a filter.


class Messages:
    """The messages that match a filter, from the first `async for` until it is left.

    They are pulled: one of QoS 1 or 2 is acknowledged when the next one is asked for, and while `limit`
    of them wait the client reads nothing. The iteration ends when the client is closed.

    So do not await a publish of the same client before asking for the next message: when reading is
    paused by `limit`, its acknowledgement is not read either, and both wait for ever.
    """

    def __init__(self, client, topic_filter, qos, limit):
        self.subscription = Mqttc.Subscription(
            filter=topic_filter, qos=qos, pulled=True, max_pending=limit)
        self._client = client
        self._subscribed = False

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self._subscribed:
            await self._subscribe()
        try:
            return await self.subscription.next_async()
        except GLib.Error as error:
            if error.matches(Mqttc.client_error_quark(), Mqttc.ClientError.CLOSED):
                raise StopAsyncIteration from None
            raise

    async def _subscribe(self):
        try:
            await self._client.subscribe_async(self.subscription)
        except BaseException as error:
            # Whoever gave up waiting may be subscribed all the same.
            if not isinstance(error, GLib.Error) or _is_cancelled(error):
                self._leave()
            raise
        self._subscribed = True

    def _leave(self):
        # Nobody waits for the answer.
        self._client.unsubscribe_async(self.subscription, None, lambda *_: None)

    async def aclose(self):
        if self._subscribed:
            self._subscribed = False
            await self._client.unsubscribe_async(self.subscription)

    def __del__(self, is_finalizing=sys.is_finalizing):
        # Left by `break` or an exception.
        if self._subscribed and not is_finalizing():
            self._leave()


# --- Functions and methods.


def _arguments(info):
    closures = {argument.get_closure() for argument in info.get_arguments()}
    return [argument for number, argument in enumerate(info.get_arguments())
            if number not in closures and argument.get_direction() != 1]


def _is_bytes(type_info):
    return (type_info.get_tag_as_string() == "interface"
            and type_info.get_interface().get_name() == "Bytes")


def _converter(argument):
    """What an argument has to go through; None for a number or an object."""
    type_info = argument.get_type()
    if _is_bytes(type_info):
        return _to_bytes
    return _checked if type_info.get_tag_as_string() in {"utf8", "filename", "array"} else None


def _wrapped(info, function):
    """A function that converts and checks what it is given, if it is given anything of that sort."""
    by_name = {argument.get_name(): _converter(argument) for argument in _arguments(info)}
    convert = [None] * info.is_method() + list(by_name.values())
    if not any(convert):
        return function

    def call(*args, **kwargs):
        args = list(args)
        for number, (step, value) in enumerate(zip(convert, args)):
            if step:
                args[number] = step(value)
        for name, value in kwargs.items():
            if by_name.get(name):
                kwargs[name] = by_name[name](value)
        return function(*args, **kwargs)

    return call


def _finishing(method):
    """A method whose error has the packet of the refusal, which a GLib.Error cannot have."""
    def call(self, result):
        try:
            return method(self, result)
        except GLib.Error as error:
            error.packet = Mqttc.Client.get_refusal(result)
            raise

    return call


def _awaitable(info, method, finish, defaults):
    """A method that can be awaited when it is called without a callback."""
    names = [argument.get_name() for argument in _arguments(info)]

    def call(self, *args, **kwargs):
        values = {**defaults, **dict(zip(names, args)), **kwargs}
        if values.pop("callback", None) is not None or len(args) > len(names):
            return method(self, *args, **kwargs)
        if _is_native(_running_loop()):
            return method(self, **values)
        return _Call(info.get_name(), method, self, finish, values)

    return call


# They go on where they were when they are called again.
_REPEATABLE = {"open", "next", "next_timeout", "poll", "poll_timeout"}


def _is_blocking(info):
    types = [argument.get_type() for argument in _arguments(info)]
    return (not info.get_name().endswith("_async") and bool(types)
            and types[-1].get_tag_as_string() == "interface"
            and types[-1].get_interface().get_name() == "Cancellable")


def _interruptible(info, method):
    """A method that waits in C, and is cancelled by a signal that Python has a handler for. If that
    raises no exception, the wait goes on; what cannot go on is cancelled only by what ends programs."""
    names = [argument.get_name() for argument in _arguments(info)]
    numbers = None if info.get_name() in _REPEATABLE else ENDING

    def call(self, *args, **kwargs):
        values = {**dict(zip(names, args)), **kwargs}
        if values.pop("cancellable", None) is not None or len(args) > len(names):
            return method(self, *args, **kwargs)
        end = time.monotonic() + values.get("timeout_msec", 0) / 1000
        while True:
            cancellable = Gio.Cancellable()
            with Watch(cancellable.cancel, numbers):
                try:
                    return method(self, **values, cancellable=cancellable)
                except GLib.Error as error:
                    if numbers is not None or not cancellable.is_cancelled() or not _is_cancelled(error):
                        raise
            if "timeout_msec" in values:
                values["timeout_msec"] = max(1, int((end - time.monotonic()) * 1000))

    return call


# What may be left out, apart from cancellables and callbacks.
_DEFAULTS = {"publish_text_async": {"qos": Mqttc.Qos.AT_MOST_ONCE, "retain": False}}


def _wrap_methods(cls):
    infos = {info.get_name(): info for info in cls.__info__.get_methods()}
    finishers = {name: _finishing(getattr(cls, name)) for name in infos if name.endswith("_finish")}
    for name, info in infos.items():
        # As an attribute of the class it takes the instance as its first argument.
        function = getattr(cls, name)
        call = finishers.get(name) or _wrapped(info, function)
        if name.endswith("_async") and name[:-5] + "finish" in infos:
            call = _awaitable(info, call, finishers[name[:-5] + "finish"], _DEFAULTS.get(name, {}))
        elif info.is_method() and _is_blocking(info):
            call = _interruptible(info, call)
        if call is not function:
            call.__name__ = name
            call.__doc__ = function.__doc__
            setattr(cls, name, call if info.is_method() else staticmethod(call))


def _answer(function, text):
    """Whoever asks whether a text is valid wants no exception."""
    return "\0" not in text and function(text)


def _wrap_function(info):
    name = info.get_name()
    function = getattr(Mqttc, name)
    call = _wrapped(info, function)
    if call is function:
        return
    if name.endswith("_is_valid"):
        call = partial(_answer, call)
    call.__name__ = name
    globals()[name] = call
    __all__.append(name)


# --- Attributes.


def _call_for_bytes(getter, instance):
    return _from_bytes(getter(instance))


def _add_getters(cls):
    """message.topic for message.get_topic()."""
    for info in cls.__info__.get_methods():
        name = info.get_name()
        attribute = name.removeprefix("get_")
        is_getter = attribute != name and info.is_method() and not _arguments(info)
        if not is_getter or hasattr(cls, attribute):
            continue
        getter = getattr(cls, name)
        if _is_bytes(info.get_return_type()):
            getter = partial(_call_for_bytes, getter)
        setattr(cls, attribute, property(getter, getattr(cls, "set_" + attribute, None)))


def _property_value(cls, name, value):
    pspec = cls.find_property(name)
    is_bytes = pspec is not None and pspec.value_type.name == "GBytes"
    return _to_bytes(value) if is_bytes else _checked(value)


class _Props:
    """instance.props, with the same care."""

    def __init__(self, instance, props):
        self.__dict__.update(instance=instance, props=props)

    def __getattr__(self, name):
        return getattr(self.props, name)

    def __setattr__(self, name, value):
        setattr(self.props, name, _property_value(type(self.instance), name, value))

    def __iter__(self):
        return iter(self.props)

    def __dir__(self):
        return dir(self.props)


class _PropsOfInstance:
    def __get__(self, instance, owner):
        props = Object.__dict__["props"].__get__(instance, owner)
        return props if instance is None else _Props(instance, props)


def _set_property(self, name, value):
    GObject.Object.set_property(self, name, _property_value(type(self), name, value))


def _set_properties(self, **values):
    for name, value in values.items():
        _set_property(self, name, value)


def _add_properties(cls):
    """client.state for client.props.state."""
    for pspec in GObject.list_properties(cls):
        name = pspec.name.replace("-", "_")
        if not hasattr(cls, name):
            setattr(cls, name, property(
                lambda self, name=pspec.name: _from_bytes(self.get_property(name)),
                lambda self, value, name=pspec.name: self.set_property(name, value)))
    cls.props = _PropsOfInstance()
    cls.set_property = _set_property
    cls.set_properties = _set_properties


def _init(cls, self, *args, **values):
    original = super(cls, self).__init__
    original(*args, **{name: _property_value(cls, name, value) for name, value in values.items()})


def _options_of(uri, options, values):
    if uri is not None and options is not None:
        raise TypeError("give a URI or options, not both")
    if uri is not None:
        options = Mqttc.Options.new_for_uri(uri)
    elif options is None:
        options = Mqttc.Options()
    for name, value in values.items():
        options.set_property(name, value)
    return options


def _init_client(self, uri=None, options=None, event_loop=None, **values):
    """A client of a URI, of options, of an event loop, or of the keywords that Mqttc.Options has."""
    if event_loop is None:
        options = _options_of(uri, options, values)
    elif uri is not None or options is not None or values:
        raise TypeError("an event loop has its options already: give them to Mqttc.EventLoop")
    GObject.Object.__init__(self, options=options, event_loop=event_loop)


def _init_connection(self, uri=None, options=None, **values):
    """A connection to a URI, of options, or of the keywords that Mqttc.Options has."""
    GObject.Object.__init__(self, options=_options_of(uri, options, values))


def _init_subscription(self, filter=None, qos=None, **values):
    """As with the properties by name; the filter and the quality of service need none."""
    given = {"filter": filter, "qos": qos}
    values.update((name, value) for name, value in given.items() if value is not None)
    _init(Mqttc.Subscription, self, **values)


def _new_message(_cls, topic, payload=None, qos=Mqttc.Qos.AT_MOST_ONCE, retain=False):
    message = Mqttc.Message.new(topic, payload)
    message.set_qos(qos)
    message.set_retain(retain)
    return message


def _user_properties(self):
    """All of them, in order, as pairs of a name and a value; a name can be there more than once."""
    return [(self.get_name_at(number), self.get_text_at(number)) for number in range(self.get_length())
            if self.get_id_at(number) == Mqttc.PropertyId.USER_PROPERTY]


# --- What a value looks like.


def _repr(self):
    return f"<Mqttc.{type(self).__name__}: {self.to_string()}>"


def _repr_of_message(self):
    size = len(self.payload)
    words = f"{self.topic!r}, {size} byte{'s' * (size != 1)}, QoS {int(self.qos)}"
    return f"<Mqttc.Message: {words}{', retained' * self.retain}{', again' * self.dup}>"


# --- Put to work.


def _wrap_class(cls):
    _wrap_methods(cls)
    if issubclass(cls, GObject.Object):
        _add_properties(cls)
        cls.__init__ = lambda self, *args, **values: _init(cls, self, *args, **values)
    _add_getters(cls)
    if hasattr(cls, "to_string"):
        cls.__repr__ = _repr


async def _open(self):
    await self.open_async()
    return self


async def _close(self, *_error):
    await self.close_async()


def _enter(self):
    self.open()
    return self


def _exit(self, *_error):
    self.close()


def _wrap_namespace():
    for info in Repository.get_default().get_infos("Mqttc"):
        if info.__class__.__name__ == "FunctionInfo":
            _wrap_function(info)
        elif info.__class__.__name__ in {"ObjectInfo", "StructInfo"}:
            cls = getattr(Mqttc, info.get_name())
            if not info.get_name().endswith("Class"):
                _wrap_class(cls)

    Mqttc.Client.__init__ = _init_client
    Mqttc.Client.__aenter__ = _open
    Mqttc.Client.__aexit__ = _close
    Mqttc.Client.messages = (
        lambda self, topic_filter, qos=Mqttc.Qos.AT_LEAST_ONCE, limit=1000:
        Messages(self, topic_filter, qos, limit))
    Mqttc.Connection.__init__ = _init_connection
    Mqttc.Connection.__enter__ = _enter
    Mqttc.Connection.__exit__ = _exit
    Mqttc.Connection.__iter__ = lambda self: iter(self.next, None)
    Mqttc.Subscription.__init__ = _init_subscription
    Mqttc.Properties.user_properties = property(_user_properties)
    Mqttc.Message.__new__ = staticmethod(_new_message)
    Mqttc.Message.__repr__ = _repr_of_message


_wrap_namespace()
