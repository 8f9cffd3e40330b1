"""Papers: HTML from `templates/print` laid out as PDF by WeasyPrint. Fetches nothing.

WeasyPrint needs pango, a system library. It is imported when the first paper is laid out, so that
the program starts and works without it; only papers then wait.

The same arguments give the same bytes, in any process and on any machine with the same packages:
fonts come from a package, never from the machine; dates and the file identifier are given.
"""

from __future__ import annotations

import html as markup
import string
import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine import law
from engine.errors import DelegateError
from web import fonts, print_words

_TEMPLATES: Final = Path(__file__).with_name("templates")
_SCHEME: Final = "bihuan:/"
_PICTURES: Final = f"{_SCHEME}picture/"
#: No answer of a form is longer; what is longer is cut before it costs minutes to lay out.
_LONGEST_TEXT: Final = 1000
#: A paper that has to fit one page is tried at these sizes of type; the last ones also cut long
#: texts to so many characters (`clip` in the templates).
_FITS: Final = tuple(
    [(1 - step * 0.08, _LONGEST_TEXT) for step in range(5)]
    + [(0.64, limit) for limit in (400, 150, 60, 24)]
)
#: Characters that stylesheets and page counters may add.
_ALWAYS: Final = string.printable.strip() + " ・•—·、。"

#: WeasyPrint's fonts live in one process-wide library; papers are laid out one at a time.
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A picture handed to a paper; its template shows it as `bihuan:/picture/NAME`."""

    content: bytes
    media_type: str


class DoesNotFitError(DelegateError):
    """A paper that has to be one page is longer at the smallest size."""


def render(
    template: str,
    context: Mapping[str, Any],
    *,
    styles: Sequence[str],
    created: datetime,
    identifier: bytes = b"",
    pictures: Mapping[str, Picture] | None = None,
    one_page: bool = False,
) -> bytes:
    """Lay out a paper and give the PDF.

    Args:
        template: path under `templates/`, as "print/poster/template.html".
        context: what the template says; also gets `limit`, for `clip`.
        styles: stylesheets under `templates/`, in the order they apply.
        created: the moment written into the file as its making and change.
        identifier: sixteen or more bytes that name the file; empty for none.
        pictures: name → picture.
        one_page: shrink the type, and in the end cut long texts, until it is one page.

    Raises:
        DoesNotFitError: it does not fit one page.
        DelegateError: the machine lacks pango, or something is referred to that is not served.
    """
    try:
        with _LOCK:
            document = _fitting(template, context, styles, pictures or {}, one_page=one_page)
            return _write(document, created, identifier)
    except _weasyprint().urls.FatalURLFetchingError as error:
        raise DelegateError(
            f"版面 {template} 引用了不能使用的文件：{error}",
            f"The paper {template} refers to something it may not use: {error}",
        ) from error


def _fitting(
    template: str,
    context: Mapping[str, Any],
    styles: Sequence[str],
    pictures: Mapping[str, Picture],
    *,
    one_page: bool,
) -> Any:
    """Lay out at the largest size of type that fits."""
    pages = 1
    for scale, limit in _FITS:
        if limit == _LONGEST_TEXT and scale**2 * (pages - 1) > 1:
            continue  # so much text does not get on one page by this size
        page = _page(template, {**context, "limit": limit})
        document = _lay_out(page, styles, scale, pictures)
        pages = len(document.pages)
        if not one_page or pages == 1:
            return document
    raise DoesNotFitError(
        f"版面放不下：{template}。请缩短过长的文字。",
        f"The paper does not fit one page: {template}. Shorten the longest texts.",
    )


def _page(template: str, context: Mapping[str, Any]) -> str:
    return fonts.printable(environment().get_template(template).render(context))


def _lay_out(
    page: str, styles: Sequence[str], scale: float, pictures: Mapping[str, Picture]
) -> Any:
    weasyprint = _weasyprint()
    fetcher = _fetcher(page, pictures)
    configuration = _own_fonts_only(weasyprint)
    faces = weasyprint.CSS(
        string=f"html {{ font-size: {10 * scale:.2f}pt }}\n{fonts.font_faces()}",
        url_fetcher=fetcher,
        font_config=configuration,
    )
    source = weasyprint.HTML(string=page, base_url=_SCHEME, url_fetcher=fetcher)
    return source.render(
        font_config=configuration,
        stylesheets=[*(_stylesheet(name) for name in styles), faces],
        pdf_tags=True,
    )


@cache
def _stylesheet(name: str) -> Any:
    """Read a stylesheet once a process. What it refers to is fetched anew for every paper."""
    return _weasyprint().CSS(string=(_TEMPLATES / name).read_text("utf-8"), base_url=_SCHEME)


def _write(document: Any, created: datetime, identifier: bytes) -> bytes:
    stamp = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.created = document.metadata.modified = stamp
    document.metadata.generator = "Bihuan"
    data: bytes = document.write_pdf(pdf_identifier=identifier or None, pdf_tags=True)
    return data


@cache
def environment() -> Environment:
    """Give the template environment of papers: no Flask, everything escaped, nothing undefined."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(print_words.FILTERS)
    made.globals["cite"] = law.cite
    return made


@cache
def _weasyprint() -> Any:
    """Import WeasyPrint at last; a missing system library becomes a sentence for the operator."""
    try:
        with warnings.catch_warnings():
            # It warns of a machine without fonts; we bring our own.
            warnings.simplefilter("ignore")
            import weasyprint
    except OSError as error:
        raise DelegateError(
            "生成 PDF 需要系统组件 pango，请运维人员安装 libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0。",
            "PDFs need the system library pango; the operator should install libpango-1.0-0 "
            "libpangoft2-1.0-0 libharfbuzz-subset0.",
            reason=str(error),
        ) from error
    return weasyprint


def _own_fonts_only(weasyprint: Any) -> Any:
    """Give a font configuration that knows no font of the machine: only what is handed in."""
    from weasyprint.text.ffi import ffi, fontconfig, gobject, pangoft2
    from weasyprint.text.fonts import FontConfiguration

    class OwnFonts(FontConfiguration):  # type: ignore[misc]
        def __init__(self) -> None:
            self._config = _empty_fontconfig(ffi, fontconfig)
            self.font_map = ffi.gc(pangoft2.pango_ft2_font_map_new(), gobject.g_object_unref)
            pangoft2.pango_fc_font_map_set_config(
                ffi.cast("PangoFcFontMap *", self.font_map), self._config
            )
            fontconfig.FcConfigDestroy(self._config)  # the font map holds its own reference
            self._folder = None
            self.strut_layouts: dict[Any, Any] = {}
            self.font_features: dict[Any, Any] = {}

    return OwnFonts()


def _empty_fontconfig(ffi: Any, fontconfig: Any) -> Any:
    _declare(ffi)
    return fontconfig.FcConfigCreate()


@cache
def _declare(ffi: Any) -> None:
    ffi.cdef("FcConfig * FcConfigCreate (void);")


def _fetcher(page: str, pictures: Mapping[str, Picture]) -> Any:
    """Give a fetcher that serves cut fonts, our drawings and `pictures`, and nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    text = "".join(sorted({*markup.unescape(page), *_ALWAYS}))
    served = {fonts.address(family): family for family in fonts.FACES}

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if url in served:
                content, media_type = fonts.subset(served[url], text), "font/otf"
            else:
                content, media_type = _own_file(url, pictures)
            return URLFetcherResponse(url, content, {"Content-Type": media_type})

    return Fetcher(fail_on_errors=True)


def _own_file(url: str, pictures: Mapping[str, Picture]) -> tuple[bytes, str]:
    name = url.removeprefix(_PICTURES)
    if name != url and name in pictures:
        return pictures[name].content, pictures[name].media_type
    drawing = _drawings().get(url)
    if drawing is not None:
        return drawing.read_bytes(), "image/svg+xml"
    raise ValueError(f"papers fetch nothing from outside: {url[:200]}")


@cache
def _drawings() -> Mapping[str, Path]:
    """Give the drawings that stylesheets refer to, by their address."""
    found = (_TEMPLATES / "print").rglob("*.svg")
    return {f"{_SCHEME}{path.relative_to(_TEMPLATES).as_posix()}": path for path in found}
