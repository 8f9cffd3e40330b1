# mypy: allow-subclassing-any
"""How events are read: the library's parsers of events with our definitions."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import EventBasedGatewayParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.spiff.parser import event_parsers as library

from engine.spiff import xml
from engine.spiff.parser_steps import StepParser
from engine.spiff.specs import definitions
from engine.spiff.xml import SPIFF, Node

_TIMERS = {
    "timeDate": definitions.MomentTimer,
    "timeDuration": definitions.DurationTimer,
    "timeCycle": definitions.CycleTimer,
}


class EventParser(StepParser):
    """What all parsers of events share."""

    def parse_timer_event(self, event: Node) -> Any:
        """Read a timer; it is named by its event's id."""
        for name, make in _TIMERS.items():
            found = xml.child(event, name)
            if found is not None:
                return make(self.bpmn_id, xml.text(found))
        raise ValidationException("a timer without a time", self.node)

    def parse_message_event(self, event: Node) -> Any:
        """Read a message; its payload and variable may stand on the event or on the message."""
        reference = event.get("messageRef")
        message = self._declared(reference)
        return definitions.Message(
            self._name(message),
            self._correlations(event, reference),
            _inner(event, message, "messagePayload"),
            _inner(event, message, "messageVariable"),
            self._own_correlations(event),
        )

    def parse_signal_event(self, event: Node) -> Any:
        """Read a signal."""
        signal = self._declared(event.get("signalRef"))
        return definitions.Signal(self._name(signal), **_payload(signal))

    def parse_error_event(self, event: Node) -> Any:
        """Read an error; without a code it catches every one."""
        return self._coded(definitions.Error, event.get("errorRef"), "errorCode")

    def parse_escalation_event(self, event: Node) -> Any:
        """Read an escalation; without a code it catches every one."""
        return self._coded(definitions.Escalation, event.get("escalationRef"), "escalationCode")

    def parse_cancel_event(self, event: Node) -> Any:
        """Read the cancellation of a transaction."""
        return definitions.Cancel()

    def _coded(self, make: Any, reference: str | None, code: str) -> Any:
        declared = self._declared(reference) if reference else None
        found = None if declared is None else declared.get(code)
        return make(self._name(declared), code=found, **_payload(declared))

    def _declared(self, reference: str | None) -> Node | None:
        if not reference:
            return None
        diagram = self.process_parser.parser.diagram_of[self.process_parser.node]
        found: Node | None = diagram.declared.get(reference)
        if found is None:
            raise ValidationException(f"'{reference}' is not declared", self.node)
        return found

    def _name(self, declared: Node | None) -> str:
        holder = self.node if declared is None else declared
        return holder.get("name") or holder.get("id") or self.bpmn_id

    def _correlations(self, event: Node, reference: str | None) -> list[Any]:
        found: list[Any] = self.get_message_correlations(reference)  # type: ignore[attr-defined]
        return list(_keyed(found))

    def _own_correlations(self, event: Node) -> list[Any]:
        return list(_keyed(self.parse_process_correlations(event)))  # type: ignore[attr-defined]


def _keyed(correlations: list[Any]) -> list[Any]:
    for correlation in correlations:
        if not correlation.correlation_keys:
            correlation.correlation_keys.append("MainCorrelationKey")
    return correlations


def _inner(event: Node, declared: Node | None, name: str) -> str | None:
    for holder in (event, declared):
        for found in () if holder is None else holder.iter(f"{{{SPIFF}}}{name}"):
            return xml.text(found)
    return None


def _payload(declared: Node | None) -> dict[str, str | None]:
    if declared is None:
        return {}
    return {
        "expression": xml.extension_text(declared, "payloadExpression"),
        "variable": xml.extension_text(declared, "variableName"),
    }


class StartParser(EventParser, library.SpiffStartEventParser):
    """Reads start events."""


class EndParser(EventParser, library.SpiffEndEventParser):
    """Reads end events."""


class CatchParser(EventParser, library.SpiffIntermediateCatchEventParser):
    """Reads intermediate events that wait."""


class ThrowParser(EventParser, library.SpiffIntermediateThrowEventParser):
    """Reads intermediate events that throw."""


class BoundaryParser(EventParser, library.SpiffBoundaryEventParser):
    """Reads boundary events."""


class SendParser(EventParser, library.SpiffSendTaskParser):
    """Reads send tasks."""


class ReceiveParser(EventParser, library.SpiffReceiveTaskParser):
    """Reads receive tasks."""


class EventGatewayParser(EventParser, EventBasedGatewayParser):
    """Reads event-based gateways."""
