"""Errors of this package in words, and what the library raises put into words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.errors import Conflict, EngineError, ExpressionError, IntegrityError, ModelError

if TYPE_CHECKING:
    from engine.spiff.elements import Element


def title(element: Element | None) -> str:
    """Give what people call an element."""
    return (element.name or element.id) if element is not None else "?"


def no_way_out(element: Element | None) -> ModelError:
    """No condition of a gateway holds and it has no default flow."""
    return ModelError(
        f"网关“{title(element)}”没有一个条件成立，也没有默认路径。请给它加一条默认路径。",
        f"No condition of gateway '{title(element)}' holds and it has no default flow; "
        "give it a default flow.",
        element=element.key if element else "",
    )


def at_element(error: ExpressionError, element: Element | None) -> ExpressionError:
    """Give the error with the element it happened in, unless it names one."""
    if element is None or error.element:
        return error
    return ExpressionError(
        f"“{title(element)}”：{error.message.zh}",
        f"At '{title(element)}': {error.message.en}",
        expression=error.expression,
        element=element.key,
        field=error.field,
    )


def not_open(task_id: object) -> Conflict:
    """The task is not there to be done (any more)."""
    return Conflict(
        "这项任务已经办理或已取消，请刷新后查看。",
        "This task has been done or cancelled; refresh to see where it stands.",
        task_id=str(task_id),
    )


def not_awaited(name: str) -> Conflict:
    """No step waits for the message."""
    return Conflict(
        f"现在没有步骤在等待消息“{name}”。",
        f"Nothing waits for the message '{name}' now.",
        message=name,
    )


def broken() -> IntegrityError:
    """A step failed half-way; what is in memory must not be saved."""
    return IntegrityError(
        "这一步没有完成，流程状态不能保存。请重新载入后再试。",
        "The step failed half-way and its state must not be saved; load the instance again.",
    )


@contextmanager
def in_words() -> Iterator[None]:
    """Let only EngineErrors out.

    Raises:
        ModelError: the library refused to go on, or stumbled over the diagram.
    """
    try:
        yield
    except EngineError:
        raise
    except (SpiffWorkflowException, RecursionError, *_STUMBLES) as error:
        raise _translated(error) from error


#: What the library raises where a diagram leads it where it did not expect to be.
_STUMBLES = (AttributeError, LookupError, TypeError, ValueError, AssertionError)


def _translated(error: BaseException) -> ModelError:
    spec: Any = getattr(error, "task_spec", None)
    element = getattr(spec, "element", None)
    return ModelError(
        f"流程在“{title(element)}”无法继续：{error}",
        f"The process cannot go on at '{title(element)}': {error}",
        element=element.key if element else "",
    )
