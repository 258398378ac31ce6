"""Telling the user's own command that something failed.

Belongs here: the message and the call. Doesn't belong here: when it is sent (``defs.automation.failures`` for runs of
Dagster, ``cli`` for the command line), or how it reaches a person: that is the command's.
"""

import json
import shlex
import subprocess
from dataclasses import asdict, dataclass

#: Shorter than Dagster waits for all messages of a sensor's tick.
LONGEST_SECONDS = 10
#: Of what a command that failed said itself.
LONGEST_SAID = 500


class NotificationError(RuntimeError):
    """The command didn't take the message. The error's text is for the user."""


@dataclass(frozen=True)
class FailureMessage:
    """What failed: a run of Dagster with its number, or a command, which has none."""

    what: str
    error: str
    warehouse: str
    run_id: str | None = None
    #: Steps that failed; none where the process died.
    failed_steps: tuple[str, ...] = ()
    #: Dagster begins the run anew: what failed may yet pass.
    will_retry: bool = False

    def as_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), ensure_ascii=False)


def notify(command: str | None, message: FailureMessage) -> None:
    """Hand the message to the command, if there is one, as JSON on its standard input.

    The command is split into words as a shell would, but no shell reads it, and no word of it comes from the message.

    Raises:
        NotificationError: it can't be started, ended with another code than 0, or took too long.

    """
    text = message.as_json()
    if not command:
        return
    try:
        done = subprocess.run(
            shlex.split(command), input=text.encode(), capture_output=True, timeout=LONGEST_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise NotificationError(f"GONGKAI_ON_FAILURE: {error}") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()[-LONGEST_SAID:]
        raise NotificationError(f"GONGKAI_ON_FAILURE ended with {done.returncode}: {said}")
