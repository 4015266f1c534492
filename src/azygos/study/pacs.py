"""A CT from a PACS by DICOMweb, and objects back into its study.

User and password come from the user's ``.netrc``, as for other programs; azygos keeps neither.
"""

from __future__ import annotations

import io
import ipaddress
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from azygos.ground.errors import InputError, require
from azygos.ground.files import check_free
from azygos.ground.findings import Asked
from azygos.scan import Scan, make_objects
from azygos.study.result import TraceResult
from azygos.study.run import TraceEffort, run_source
from azygos.study.source import ScanSource

TIMEOUT_S = (10.0, 120.0)  # to connect, and to wait for the next bytes
TRIES = 2
ANY_SYNTAX = (("application/dicom", "*"),)  # as stored: nothing is compressed anew on the way
SERIES_UID, MODALITY, SERIES_NUMBER, INSTANCES = "0020000E", "00080060", "00200011", "00201209"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesListed:
    """One series as the PACS lists it."""

    uid: str
    number: str
    modality: str
    instances: int

    @property
    def line(self) -> str:
        """One line of a listing."""
        return f"  --series {self.number or self.uid}: {self.modality}, {self.instances} instances"


class Pacs:
    """A PACS that answers DICOMweb (QIDO-RS, WADO-RS, STOW-RS) at one address."""

    def __init__(self, url: str) -> None:
        _require_safe(url)
        try:
            from dicomweb_client import DICOMwebClient
        except ImportError:
            raise InputError("--pacs needs dicomweb-client. Run: pip install 'azygos[pacs]'") from None
        self.url = url.rstrip("/")
        self._client = DICOMwebClient(self.url, timeout=TIMEOUT_S)
        self._client.set_http_retry_params(max_attempts=TRIES, wait_exponential_multiplier=100)

    def fetch(self, study: str, series: str | None = None) -> dict[str, bytes]:
        """The files of one CT series, by what messages call them.

        Raises
        ------
        InputError
            If the PACS cannot be reached, refuses, knows no such study, drops the line, or sends fewer instances
            than it says it holds.
        """
        _require_uid("--study", study)
        chosen = _choose(self.list_series(study), study, series)
        found: dict[str, bytes] = {}
        with self._sentences(f"study {study}"):
            for data in self._client.iter_series(study, chosen.uid, media_types=ANY_SYNTAX):
                found[str(data.SOPInstanceUID)] = _encoded(data)
        require(
            len(found) >= chosen.instances,
            f"the PACS lists {chosen.instances} instances in this series and sent {len(found)}. "
            "Try again; if it stays so, ask whether the series is complete in the archive.",
        )
        return {f"instance {place}": data for place, data in enumerate(found.values(), start=1)}

    def list_series(self, study: str) -> list[SeriesListed]:
        """What the PACS lists in a study."""
        with self._sentences(f"study {study}"):
            rows = self._client.search_for_series(
                study_instance_uid=study, fields=["NumberOfSeriesRelatedInstances"], get_remaining=True
            )
        return [_listed(row) for row in rows]

    def store(self, study: str, objects: Sequence[Any]) -> None:
        """Put objects into a study; each must be taken."""
        with self._sentences("storing"):
            answer = self._client.store_instances(list(objects), study_instance_uid=study)
        refused = list(answer.get("FailedSOPSequence") or [])
        require(
            not refused,
            f"the PACS did not take {len(refused)} of {len(objects)} objects. Ask whether it accepts segmentations and "
            "structured reports by STOW-RS.",
        )

    @contextmanager
    def _sentences(self, what: str) -> Iterator[None]:
        """Turn what the line raises into one sentence."""
        import requests

        try:
            yield
        except requests.HTTPError as error:
            raise InputError(self._refusal(error, what)) from error
        except requests.exceptions.SSLError as error:
            raise InputError(f"the certificate of {self.url} cannot be trusted. Ask who runs the PACS.") from error
        except requests.exceptions.ConnectTimeout as error:
            raise InputError(f"{self.url} does not answer. Check the address and the network.") from error
        except requests.exceptions.ReadTimeout as error:
            raise InputError(
                f"{self.url} fell silent for {TIMEOUT_S[1]:.0f} s in the middle of {what}. Try again."
            ) from error
        except requests.JSONDecodeError as error:  # a web page, say
            raise InputError(self._foreign()) from error
        except requests.RequestException as error:
            raise InputError(self._broken(error, what)) from error
        except (EOFError, ValueError, KeyError, AttributeError) as error:
            raise InputError(self._foreign()) from error

    def _refusal(self, error: Any, what: str) -> str:
        code = error.response.status_code
        if code in (401, 403):
            return (
                f"{self.url} refuses (HTTP {code}). Write its host with login and password into your .netrc, or ask "
                "for the right to read the study."
            )
        if code == 404:
            return f"{self.url} knows no {what} (HTTP 404). Check the UID and the address."
        return f"{self.url} answers with an error (HTTP {code}) to {what}. Ask who runs the PACS."

    def _foreign(self) -> str:
        return f"{self.url} sent something that is not DICOMweb. Check the address; Orthanc's ends in /dicom-web."

    def _broken(self, error: Exception, what: str) -> str:
        if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
            return f"{self.url} cannot be reached. Check the address, and that the PACS runs."
        return f"the line to {self.url} broke in the middle of {what}. Try again; nothing was written."


def _require_safe(url: str) -> None:
    parts = urlsplit(url)
    require(
        parts.scheme in ("http", "https") and bool(parts.hostname),
        f"--pacs is {url!r}. Give the address of a DICOMweb service, for example https://pacs.example/dicom-web.",
    )
    require(parts.username is None, "--pacs holds a login. Leave it out, and write it into your .netrc.")
    require(
        parts.scheme == "https" or _is_loopback(str(parts.hostname)),
        f"--pacs would send a patient's scan unencrypted to {parts.hostname}. Use https, or a tunnel to 127.0.0.1.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _require_uid(option: str, text: str) -> None:
    parts = text.split(".")
    well = len(text) <= 64 and len(parts) > 1 and all(part.isdecimal() for part in parts)
    require(well, f"{option} is {text!r}, which is no UID. A UID is numbers with dots between, at most 64 characters.")


def _listed(row: dict[str, Any]) -> SeriesListed:
    def text(tag: str) -> str:
        values = row.get(tag, {}).get("Value") or [""]
        return str(values[0])

    count = text(INSTANCES)
    return SeriesListed(
        uid=text(SERIES_UID),
        number=text(SERIES_NUMBER),
        modality=text(MODALITY),
        instances=int(count) if count.isdecimal() else 0,
    )


def _choose(found: Sequence[SeriesListed], study: str, wanted: str | None) -> SeriesListed:
    """The series that is asked for, or the only CT there is."""
    require(bool(found), f"the PACS knows no study {study}. Check the UID.")
    listing = "\n".join(one.line for one in found)
    if wanted is not None:
        fits = [one for one in found if wanted.strip() in (one.uid, one.number)]
        require(len(fits) == 1, f"the study holds no series {wanted}. Choose one with --series:\n{listing}")
        require(fits[0].modality == "CT", f"series {wanted} is {fits[0].modality}, not CT. Choose a CT:\n{listing}")
        return fits[0]
    ct = [one for one in found if one.modality == "CT"]
    require(bool(ct), f"the study holds no CT:\n{listing}")
    require(len(ct) == 1, f"the study holds {len(ct)} CT series. Choose one with --series:\n{listing}")
    return ct[0]


def _encoded(data: Any) -> bytes:
    stream = io.BytesIO()
    data.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def trace_from_pacs(
    url: str,
    study: str,
    output: Path,
    *,
    labels: Sequence[Path] = (),
    label_names: Sequence[str] = (),
    series: str | None = None,
    repair: bool = False,
    asked: Asked | None = None,
    store: bool = False,
    effort: TraceEffort | None = None,
) -> tuple[TraceResult, int]:
    """Trace a CT that lies in a PACS; ``azygos trace --pacs`` as a function.

    Parameters
    ----------
    url, study : str
        Address of the DICOMweb service, and the study's UID.
    output : Path
        The folder to write; nothing in it names the patient.
    series : str, optional
        Number or UID, where the study holds several CT series.
    store : bool
        Put segmentation and report into the study, with its patient's identifiers.
    labels, label_names, repair, asked, effort
        As for :func:`azygos.study.trace`.

    Returns
    -------
    result : TraceResult
        What was written.
    stored : int
        Objects that went back.
    """
    pacs = Pacs(url)
    check_free(output, force=effort.force if effort else False)
    source = ScanSource(
        files=pacs.fetch(study, series), labels=tuple(labels), label_names=tuple(label_names), repair=repair
    )
    result, scan = run_source(source, output, asked=asked, effort=effort)
    return result, store_findings(pacs, study, result, scan) if store else 0


def store_findings(pacs: Pacs, study: str, result: TraceResult, scan: Scan) -> int:
    """Put segmentation and report into the scan's own study, with its patient's identifiers; says how many went."""
    try:
        made = make_objects(result.findings, scan.headers, version=result.version, keep_identity=True)
        objects = [one for one in (made.segmentation, made.report) if one is not None]
        pacs.store(study, objects)
    except InputError as error:
        raise InputError(f"the run folder is written, but nothing was stored: {error}") from error
    return len(objects)
