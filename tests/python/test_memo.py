"""Answers that are remembered about classes and functions."""

from __future__ import annotations

import gc
import weakref

import pytest

from mltrack._memo import per_object


def test_an_object_is_asked_about_once():
    asked = []

    @per_object
    def name(obj):
        asked.append(obj)
        return obj.__name__

    class A:
        pass

    class B:
        pass

    assert [name(A), name(A), name(B), name(A)] == ["A", "A", "B", "A"]
    assert asked == [A, B]


def test_what_is_remembered_of_an_object_goes_with_it_and_is_not_taken_for_another_one_at_its_address():
    answers = []

    class Answer:
        pass

    @per_object
    def answer(obj):
        made = Answer()
        answers.append(weakref.ref(made))
        return made

    for _ in range(100):  # each most often where the one before was

        def function():
            pass

        held = answer(function)
        assert held is answer(function)
        del function, held
    gc.collect()
    assert len(answers) == 100
    assert all(ref() is None for ref in answers)


def test_what_takes_no_weak_reference_or_has_no_hash_is_asked_about_too():
    class NoHash:
        __hash__ = None

    odd, asked = NoHash(), []

    @per_object
    def kind(obj):
        asked.append(obj)
        return type(obj).__name__

    assert [kind(3), kind(3), kind(odd), kind(odd)] == ["int", "int", "NoHash", "NoHash"]
    assert asked == [3, 3, odd]


def test_a_function_that_fails_is_called_once():
    asked = []

    @per_object
    def fail(obj):
        asked.append(obj)
        raise TypeError("no")

    with pytest.raises(TypeError):
        fail(int)
    assert asked == [int]
