"""What must be in the transcript of the scenario, whichever library performed it."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from typing import Any

from tests.interop.performance import Json, Transcript

OUT_OF_RANGE, UNAUTHENTICATED = 11, 16
TYPED = {"ada-1": " Ada", "bob-1": " Bob"}


def check(transcript: Transcript) -> None:
    """All of it."""
    who_came_later_is_told_who_is_there_and_what_was_written(transcript)
    both_hear_the_same_operations_in_the_same_order(transcript)
    a_resend_is_acknowledged_with_its_first_revision(transcript)
    a_bad_operation_is_refused_and_the_session_goes_on(transcript)
    who_comes_back_hears_only_what_was_missed(transcript)
    both_end_with_the_same_content(transcript)
    every_operation_was_committed_once(transcript)
    an_error_has_its_reason(transcript)
    the_streams_end_in_order(transcript)


def who_came_later_is_told_who_is_there_and_what_was_written(transcript: Transcript) -> None:
    opened = last(transcript, "bob opens", "opened")
    assert opened["isSnapshot"]
    assert opened["content"]["components"] == [{"insert": "Hello"}]
    assert {each["site"]: each["subject"] for each in opened["participants"]} == {
        "ada-1": "users/ada", "bob-1": "users/bob"
    }  # fmt: skip
    assert (opened["role"], opened["plainText"]) == ("ROLE_EDITOR", True)


def both_hear_the_same_operations_in_the_same_order(transcript: Transcript) -> None:
    heard = [
        [each for each in operations(transcript, f"{who} hears both") if int(each["revision"]) > 1]
        for who in ("ada", "bob")
    ]
    assert heard[0] == heard[1]
    first, second = heard[0]
    assert first["operation"]["components"] == [{"retain": 5}, {"insert": TYPED[first["site"]]}]
    # The earlier stays left: the later one was moved behind it.
    assert second["operation"]["components"] == [{"retain": 9}, {"insert": TYPED[second["site"]]}]
    assert (first["baseRevision"], second["baseRevision"]) == ("1", "1")


def a_resend_is_acknowledged_with_its_first_revision(transcript: Transcript) -> None:
    mine = [each for each in operations(transcript, "ada hears both") if each["site"] == "ada-1"]
    assert mine[-1]["siteSequence"] == "2"
    assert last(transcript, "ada resends", "acknowledged")["revisions"] == [mine[-1]["revision"]]


def a_bad_operation_is_refused_and_the_session_goes_on(transcript: Transcript) -> None:
    refused = last(transcript, "bob is refused", "refused")
    assert refused["firstSiteSequence"] == "2"
    assert (refused["fault"]["code"], refused["fault"]["reason"]) == (3, "ERROR_REASON_OPERATION_TOO_LONG")
    frames = transcript["bob is refused"] + transcript["bob goes on"]
    assert not any("closed" in frame or "streamFault" in frame for frame in frames)
    assert operations(transcript, "bob goes on")[-1]["siteSequence"] == "2"


def who_comes_back_hears_only_what_was_missed(transcript: Transcript) -> None:
    opened = last(transcript, "bob comes back", "opened")
    assert not opened.get("isSnapshot")
    assert [(each["revision"], each["site"]) for each in opened["operations"]] == [("5", "ada-1")]
    assert opened["lastSiteSequence"] == "2"


def both_end_with_the_same_content(transcript: Transcript) -> None:
    order = [each["site"] for each in operations(transcript, "ada hears both") if int(each["revision"]) > 1]
    text = f"> Hello{''.join(TYPED[site] for site in order)}! 😀"
    assert "".join(part["text"] for part in transcript["ada reads"]["messages"]) == text
    parts = transcript["bob reads"]["messages"]
    components = [each for part in parts for each in part["content"]["components"]]
    assert components == [{"insert": text}]
    canonical = json.dumps(components, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    digest = base64.b64encode(hashlib.sha256(canonical.encode()).digest()).decode()
    said = [last(transcript, f"{who}'s checkpoint", "checkpoint") for who in ("ada", "bob")]
    assert [each["hash"] for each in said] == [digest, digest]
    assert parts[-1]["hash"] == digest
    assert {part["revision"] for part in parts} == {"6"}


def every_operation_was_committed_once(transcript: Transcript) -> None:
    for who in ("ada", "bob"):
        frames = [frame for key, value in transcript.items() if key.startswith(who) for frame in frames_of(value)]
        committed = [each for frame in frames for each in frame.get("committed", {}).get("operations", [])]
        revisions = [int(each["revision"]) for each in committed]
        assert all(later > earlier for earlier, later in itertools.pairwise(revisions)), revisions
        numbers = [(each["site"], each["siteSequence"]) for each in committed]
        assert len(numbers) == len(set(numbers)), numbers


def an_error_has_its_reason(transcript: Transcript) -> None:
    assert transcript["bob asks too much"] == {
        "error": {"code": OUT_OF_RANGE, "reason": "ERROR_REASON_REVISION_AHEAD", "domain": "shoal.dev"}
    }
    assert transcript["a stranger asks"] == {
        "error": {"code": UNAUTHENTICATED, "reason": "ERROR_REASON_TOKEN_MISSING", "domain": "shoal.dev"}
    }


def the_streams_end_in_order(transcript: Transcript) -> None:
    assert not last(transcript, "ada leaves", "closed").get("fault", {}).get("reason")
    assert transcript["ada's stream ends"] == transcript["bob's stream ends"] == "OK"


def last(transcript: Transcript, step: str, kind: str) -> Json:
    """The frame that a step waited for."""
    return transcript[step][-1][kind]


def operations(transcript: Transcript, step: str) -> list[dict[str, Any]]:
    """What was committed while a step waited."""
    return [each for frame in transcript[step] for each in frame.get("committed", {}).get("operations", [])]


def frames_of(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
