// StandIn: a callable that takes a Python function's place. It calls `before`, the function and `after` from C, so that
// no Python frame of ours is alive while user code runs: warnings point where they did, tracebacks keep their length.
// Written against CPython's own API because pybind11 objects have no vectorcall, descriptor or attribute forwarding.

#include "stand_in.hpp"

#include <structmember.h>

#include <cstddef>
#include <cstring>

namespace mltrack::python {
namespace {

struct StandIn {
  PyObject ob_base;
  vectorcallfunc vectorcall;
  PyObject* original;
  PyObject* before;
  PyObject* after;
  PyObject* gate;  // a ContextVar, or null: while it holds None the original is called straight away
  PyObject* weak_references;
};

long long swallowed = 0;

StandIn* as_stand_in(PyObject* object) { return reinterpret_cast<StandIn*>(object); }

/// Takes the pending exception, as an instance that carries its traceback.
PyObject* take_exception() {
#if PY_VERSION_HEX >= 0x030C0000
  return PyErr_GetRaisedException();
#else
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* trace = nullptr;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  if (value != nullptr && trace != nullptr) PyException_SetTraceback(value, trace);
  Py_XDECREF(type);
  Py_XDECREF(trace);
  return value;
#endif
}

/// Makes an exception the pending one again; takes over the reference.
void give_exception(PyObject* exception) {
#if PY_VERSION_HEX >= 0x030C0000
  PyErr_SetRaisedException(exception);
#else
  auto* type = reinterpret_cast<PyObject*>(Py_TYPE(exception));
  Py_INCREF(type);
  PyErr_Restore(type, exception, PyException_GetTraceback(exception));
#endif
}

/// A hook's error is ours, not the user's: it is counted and dropped. What is no Exception (Ctrl-C) is the user's.
bool swallow_pending() {
  if (PyErr_ExceptionMatches(PyExc_Exception) == 0) return false;
  PyErr_Clear();
  ++swallowed;
  return true;
}

bool gate_is_closed(const StandIn* self) {
  if (self->gate == nullptr) return false;
  PyObject* value = nullptr;
  if (PyContextVar_Get(self->gate, Py_None, &value) != 0) {
    PyErr_Clear();
    return true;
  }
  const bool closed = value == Py_None;
  Py_XDECREF(value);
  return closed;
}

PyObject* positional(PyObject* const* args, Py_ssize_t count) {
  PyObject* tuple = PyTuple_New(count);
  for (Py_ssize_t i = 0; tuple != nullptr && i < count; ++i) {
    Py_INCREF(args[i]);
    PyTuple_SET_ITEM(tuple, i, args[i]);
  }
  return tuple;
}

PyObject* keywords(PyObject* const* values, PyObject* names) {
  PyObject* dict = PyDict_New();
  const Py_ssize_t count = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  for (Py_ssize_t i = 0; dict != nullptr && i < count; ++i)
    if (PyDict_SetItem(dict, PyTuple_GET_ITEM(names, i), values[i]) != 0) Py_CLEAR(dict);
  return dict;
}

/// What `before` answered: a token, and the arguments for the original where they are not to be the caller's.
struct Answer {
  PyObject* token = nullptr;  // null, with an exception pending, when the call may not go on; None: not recorded
  PyObject* args = nullptr;
};

/// An answer of (token, args) has the original called with other positional arguments.
Answer taken_apart(PyObject* answer) {
  if (answer == nullptr || PyTuple_CheckExact(answer) == 0) return {answer, nullptr};
  Answer parts{Py_NewRef(PyTuple_GET_ITEM(answer, 0)), Py_NewRef(PyTuple_GET_ITEM(answer, 1))};
  Py_DECREF(answer);
  return parts;
}

Answer ask_before(const StandIn* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  PyObject* given[] = {self->original, positional(args, count), keywords(args + count, names)};
  PyObject* answer = nullptr;
  if (given[1] != nullptr && given[2] != nullptr) answer = PyObject_Vectorcall(self->before, given, 3, nullptr);
  Py_XDECREF(given[1]);
  Py_XDECREF(given[2]);
  if (answer == nullptr && swallow_pending()) return {Py_NewRef(Py_None), nullptr};
  if (answer != nullptr && PyExceptionInstance_Check(answer)) {
    give_exception(answer);
    return {};
  }
  return taken_apart(answer);
}

/// Calls the original with what the caller gave, or with the positional arguments that `before` gave instead.
PyObject* call_original(const StandIn* self, const Answer& answer, PyObject* const* args, std::size_t flags,
                        PyObject* names) {
  if (answer.args == nullptr) return PyObject_Vectorcall(self->original, args, flags, names);
  PyObject* named = keywords(args + PyVectorcall_NARGS(flags), names);
  PyObject* result = named == nullptr ? nullptr : PyObject_Call(self->original, answer.args, named);
  Py_XDECREF(named);
  return result;
}

/// Calls `after` and gives back what the user gets: the very result or exception, unless `after` returned an exception
/// although the original succeeded.
PyObject* tell_after(const StandIn* self, PyObject* token, PyObject* result) {
  PyObject* exception = result == nullptr ? take_exception() : nullptr;
  PyObject* given[] = {token, result == nullptr ? Py_None : result, exception == nullptr ? Py_None : exception};
  PyObject* answer = PyObject_Vectorcall(self->after, given, 3, nullptr);
  const bool interrupted = answer == nullptr && !swallow_pending();
  if (exception != nullptr) {
    if (interrupted) PyErr_Clear();
    Py_XDECREF(answer);
    give_exception(exception);
    return nullptr;
  }
  if (interrupted) {
    Py_DECREF(result);
    return nullptr;
  }
  if (answer != nullptr && PyExceptionInstance_Check(answer)) {
    Py_DECREF(result);
    give_exception(answer);
    return nullptr;
  }
  Py_XDECREF(answer);
  return result;
}

PyObject* call(PyObject* object, PyObject* const* args, std::size_t flags, PyObject* names) {
  const StandIn* self = as_stand_in(object);
  if (gate_is_closed(self)) return PyObject_Vectorcall(self->original, args, flags, names);
  const Answer answer = ask_before(self, args, PyVectorcall_NARGS(flags), names);
  if (answer.token == nullptr) return nullptr;
  // The user's code may drop the last reference to this object: a `_sync` method lives as long as its call.
  Py_INCREF(object);
  PyObject* result = call_original(self, answer, args, flags, names);
  if (answer.token != Py_None) result = tell_after(self, answer.token, result);
  Py_DECREF(answer.token);
  Py_XDECREF(answer.args);
  Py_DECREF(object);
  return result;
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  static const char* words[] = {"original", "before", "after", "gate", nullptr};
  PyObject* original = nullptr;
  PyObject* before = nullptr;
  PyObject* after = nullptr;
  PyObject* gate = Py_None;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "OOO|O:StandIn", const_cast<char**>(words), &original, &before, &after,
                                  &gate) == 0)
    return nullptr;
  if (gate != Py_None && !PyContextVar_CheckExact(gate)) {
    PyErr_Format(PyExc_TypeError, "gate must be a ContextVar or None, not %R", gate);
    return nullptr;
  }
  PyObject* object = type->tp_alloc(type, 0);
  if (object == nullptr) return nullptr;
  StandIn* self = as_stand_in(object);
  self->vectorcall = call;
  self->original = Py_NewRef(original);
  self->before = Py_NewRef(before);
  self->after = Py_NewRef(after);
  self->gate = gate == Py_None ? nullptr : Py_NewRef(gate);
  return object;
}

int traverse(PyObject* object, visitproc visit, void* arg) {
  StandIn* self = as_stand_in(object);
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(self->original);
  Py_VISIT(self->before);
  Py_VISIT(self->after);
  Py_VISIT(self->gate);
  return 0;
}

int clear(PyObject* object) {
  StandIn* self = as_stand_in(object);
  Py_CLEAR(self->original);
  Py_CLEAR(self->before);
  Py_CLEAR(self->after);
  Py_CLEAR(self->gate);
  return 0;
}

void destroy(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  if (as_stand_in(object)->weak_references != nullptr) PyObject_ClearWeakRefs(object);
  clear(object);
  type->tp_free(object);
  Py_DECREF(type);
}

bool is_own(const char* name) {
  for (const char* own : {"__reduce__", "__reduce_ex__", "__get__", "__call__"})
    if (std::strcmp(name, own) == 0) return true;
  return false;
}

/// Everything that is asked about the object is answered by the original, its class included.
PyObject* get_attribute(PyObject* object, PyObject* name) {
  PyObject* original = as_stand_in(object)->original;
  const char* text = PyUnicode_AsUTF8(name);
  if (text == nullptr) return nullptr;
  if (std::strncmp(text, "__", 2) == 0) {
    if (std::strcmp(text, "__class__") == 0) return Py_NewRef(reinterpret_cast<PyObject*>(Py_TYPE(original)));
    if (std::strcmp(text, "__mltrack__") == 0) return Py_NewRef(original);
    if (is_own(text)) return PyObject_GenericGetAttr(object, name);
  }
  return PyObject_GetAttr(original, name);
}

int set_attribute(PyObject* object, PyObject* name, PyObject* value) {
  PyObject* original = as_stand_in(object)->original;
  return value == nullptr ? PyObject_DelAttr(original, name) : PyObject_SetAttr(original, name, value);
}

PyObject* bind(PyObject* object, PyObject* instance, PyObject*) {
  const bool binds = PyFunction_Check(as_stand_in(object)->original) != 0;
  if (!binds || instance == nullptr || instance == Py_None) return Py_NewRef(object);
  return PyMethod_New(object, instance);
}

PyObject* represent(PyObject* object) { return PyObject_Repr(as_stand_in(object)->original); }

/// A function is pickled by reference, and so is what stands in for it.
PyObject* reduce(PyObject* object, PyObject* args) {
  PyObject* original = as_stand_in(object)->original;
  if (PyFunction_Check(original)) return PyObject_GetAttrString(original, "__qualname__");
  PyObject* method = PyObject_GetAttrString(original, "__reduce_ex__");
  if (method == nullptr) return nullptr;
  PyObject* state =
      PyTuple_GET_SIZE(args) == 0 ? PyObject_CallFunction(method, "i", 2) : PyObject_CallObject(method, args);
  Py_DECREF(method);
  return state;
}

PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(StandIn, vectorcall), READONLY, nullptr},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(StandIn, weak_references), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyMethodDef methods[] = {
    {"__reduce__", reduce, METH_VARARGS, nullptr},
    {"__reduce_ex__", reduce, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

template <typename Function>
void* slot_of(Function* function) {
  return reinterpret_cast<void*>(function);
}

PyObject* make_type() {
  static const char* contract =
      "StandIn(original, before, after, gate=None)\n\n"
      "Calls before(original, args, kwargs), the original, then after(token, result, exception) with what `before`\n"
      "returned; a token of None leaves `after` out. The caller gets the original's very result or exception. An "
      "error\n"
      "inside a hook is counted and dropped; a hook that returns an exception has it raised. A `before` that returns\n"
      "the tuple (token, args) has the original called with those positional arguments. While the ContextVar `gate`\n"
      "holds None, or nothing, the original is called straight away.";
  static PyType_Slot slots[] = {
      {Py_tp_doc, const_cast<char*>(contract)},
      {Py_tp_new, slot_of(make)},
      {Py_tp_dealloc, slot_of(destroy)},
      {Py_tp_traverse, slot_of(traverse)},
      {Py_tp_clear, slot_of(clear)},
      {Py_tp_call, slot_of(PyVectorcall_Call)},
      {Py_tp_getattro, slot_of(get_attribute)},
      {Py_tp_setattro, slot_of(set_attribute)},
      {Py_tp_descr_get, slot_of(bind)},
      {Py_tp_repr, slot_of(represent)},
      {Py_tp_members, members},
      {Py_tp_methods, methods},
      {0, nullptr},
  };
  static PyType_Spec spec = {
      "mltrack._core.StandIn", sizeof(StandIn), 0,
      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR, slots};
  return PyType_FromSpec(&spec);
}

}  // namespace

void bind_stand_in(py::module_& module) {
  PyObject* type = make_type();
  if (type == nullptr) throw py::error_already_set();
  module.attr("StandIn") = py::reinterpret_steal<py::object>(type);
  module.def(
      "swallowed_errors", [] { return swallowed; }, "How many errors of hooks were dropped in this process.");
}

}  // namespace mltrack::python
