"""The page's server: routes behind the guard, on this machine only."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from azygos import __version__
from azygos.app import routes_open, routes_plan, routes_runs, routes_scans
from azygos.app.answers import answer_errors
from azygos.app.jobs import Jobs
from azygos.app.security import Guard, give_token, plain_page
from azygos.app.workspace import Workspace

STATIC = Path(__file__).parent / "static"
NOT_BUILT = "The page is not built yet: run <code>make app</code> in the checkout, which builds and starts it."


class GuardedApp(FastAPI):
    """FastAPI with the guard outside everything, so that its own error answers are guarded too."""

    guard: Callable[[ASGIApp], ASGIApp]

    def build_middleware_stack(self) -> ASGIApp:
        return self.guard(super().build_middleware_stack())


def create_app(
    *,
    port: int,
    token: str | None = None,
    workspace: Workspace | None = None,
    roots: Sequence[Path] = (),
    static: Path = STATIC,
) -> GuardedApp:
    """Make the application that uvicorn, or a test, serves.

    Parameters
    ----------
    port : int
        Where it will be served: the Host header must name it.
    token : str, optional
        The secret of this start; left out, one is drawn.
    workspace : Workspace, optional
        What is open; left out, an empty one in a temporary folder.
    roots : sequence of Path
        Where run folders are looked for, if `workspace` is left out.
    static : Path
        The built page.

    Returns
    -------
    app : FastAPI
        With ``app.state.token`` and ``app.state.workspace``; at shutdown it ends its children and removes its files.
    """
    token = token or secrets.token_urlsafe(32)
    opened = workspace or Workspace(None, Jobs(), roots=roots)
    app = GuardedApp(
        title="azygos", version=__version__, docs_url=None, redoc_url=None, openapi_url=None, lifespan=_life(opened)
    )
    app.guard = lambda inner: Guard(inner, token, port)
    app.state.token, app.state.workspace = token, opened
    answer_errors(app)
    built = (static / "index.html").is_file()
    app.include_router(routes_open.router(opened, built=built))
    for part in (routes_scans, routes_plan, routes_runs):
        app.include_router(part.router(opened))

    @app.get("/")
    def page() -> Response:
        shown: Response = FileResponse(static / "index.html") if built else HTMLResponse(plain_page(NOT_BUILT))
        return give_token(shown, token, port)

    if built:
        app.mount("/static", StaticFiles(directory=static))
    return app


def _life(workspace: Workspace) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        workspace.jobs.warm()
        try:
            yield
        finally:
            workspace.close()

    return life
