"""Helpers that read a service's answer and a page's messages."""

from typing import Any

from django.contrib.messages import get_messages

from academy.core.refusals import Refusal


def code_of(answer: Any) -> str:
    """Return the code of a refusal, or of the refusal in a scan's answer; empty without one."""
    refusal = answer if isinstance(answer, Refusal) else getattr(answer, "refusal", None)
    return refusal.code if refusal is not None else ""


def messages_of(response: Any) -> list[str]:
    """Return the messages that this response left for its reader."""
    return [str(message) for message in get_messages(response.wsgi_request)]
