"""Commands that run something until it is told to stop."""

from __future__ import annotations

from pathlib import Path

import click

from web.cli.context import command_line, need_current, opened_database
from web.config import Config

_PORT = click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)


@command_line.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@_PORT
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
@click.option("--threads", type=click.IntRange(1), default=8, show_default=True)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Run the web server."""
    from web import server

    with opened_database(Config.from_environ()) as database:
        need_current(database)
    listening = server.Listening(host=host, port=port, workers=workers, threads=threads)
    server.serve(listening, when_ready=lambda: click.echo(listening.url))


@command_line.command()
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True)
def work(threads: int) -> None:
    """Run a worker for timers and certificates.

    It takes job ids from the broker if BIHUAN_BROKER_URL names one, else from the database.
    """
    from web import create_app
    from web.runner import Runner, until_told_to_stop

    config = Config.from_environ()
    app = create_app(config)
    told_to_stop = until_told_to_stop()
    if config.broker_url:
        from web import broker

        broker.work(app, config.broker_url, threads=threads, told_to_stop=told_to_stop)
        return
    runner = Runner(app)
    runner.start(threads)
    told_to_stop.wait()
    runner.stop()


@command_line.command()
@_PORT
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--scale", is_flag=True, help="A whole city instead of a district with stories.")
@click.option("--enterprises", type=click.IntRange(1, 99_999), help="Of the city.")
@click.option("--hazards", type=click.IntRange(0), help="Of the city.")
def demo(
    port: int, data_dir: Path | None, scale: bool, enterprises: int | None, hazards: int | None
) -> None:
    """Run a district with hazards in every state, or a city with a million of them.

    A city is built in the empty database of BIHUAN_DATABASE_URL, or smaller in a file.
    """
    from web.cli.demonstration import prepare, print_told
    from web.server import Listening
    from web.server import serve as listen

    listening = Listening(port=port)
    folder = data_dir or Config.from_environ().data_dir / ("city" if scale else "demo")
    told = prepare(folder, listening, (enterprises, hazards) if scale else None)
    listen(listening, when_ready=lambda: print_told(told, listening.url))
