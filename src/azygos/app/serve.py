"""Serve the page on this machine until Ctrl-C, and leave nothing behind."""

from __future__ import annotations

import importlib.util
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from azygos.ground.errors import InputError, require

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
GRACE_S = 1  # for answers that are on their way when the end comes


def serve(
    paths: Sequence[Path] = (),
    *,
    port: int = 0,
    browser: bool = True,
    roots: Sequence[Path] = (),
    keep: Path | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the page until Ctrl-C.

    Parameters
    ----------
    paths : sequence of Path
        Run folders and scans to open at once.
    port : int
        Where on 127.0.0.1; 0 takes a free one.
    browser : bool
        Open the page in the browser.
    roots : sequence of Path
        Folders below which run folders are offered.
    keep : Path, optional
        Where runs made by the page stay; left out, they go with the app.
    say : callable
        Is given the address.

    Raises
    ------
    InputError
        If the libraries of the page are absent, a path is not there, or the port is taken.
    """
    for library in ("fastapi", "uvicorn"):
        require(
            importlib.util.find_spec(library) is not None,
            f"azygos app needs {library}, which is not installed. Install it: pip install 'azygos[app]'.",
        )
    for path in (*paths, *roots):
        require(path.exists(), f"{path} is not there. Check the path.")
    _run(paths, _bound(port), browser=browser, roots=roots, keep=keep, say=say)


def _run(
    paths: Sequence[Path],
    listening: socket.socket,
    *,
    browser: bool,
    roots: Sequence[Path],
    keep: Path | None,
    say: Callable[[str], None],
) -> None:
    import uvicorn

    from azygos.app.jobs import Jobs
    from azygos.app.opening import open_path
    from azygos.app.server import create_app
    from azygos.app.workspace import Workspace

    port = listening.getsockname()[1]
    workspace = Workspace(None, Jobs(), roots=roots, keep=keep)
    try:
        for path in paths:
            open_path(workspace, path)
        app = create_app(port=port, workspace=workspace)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        server = uvicorn.Server(config)
        _end_in_order(server)
        address = f"http://{HOST}:{port}/?token={app.state.token}"
        say(address)
        if browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        server.run(sockets=[listening])
    finally:
        workspace.close()
        listening.close()


def _end_in_order(server: uvicorn.Server) -> None:
    """Let a closed terminal and a polite kill end the server as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        return
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, server.handle_exit)
    signal.signal(signal.SIGTERM, _stop)  # uvicorn ends first, and then raises the signal again


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _bound(port: int) -> socket.socket:
    """A socket that listens on this machine alone."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise InputError(
            f"port {port} of this machine cannot be used ({error}). Choose another --port, or leave it out."
        ) from None
    listening.listen(128)
    return listening
