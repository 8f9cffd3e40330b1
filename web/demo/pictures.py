"""Photos of the demonstration: scenes drawn on the spot, before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

#: Drawn on this canvas, then halved, which smooths the edges.
_SIZE: Final = (1600, 1200)
_SMALL: Final = (800, 600)
_FLOOR: Final = 900
_CAPTION: Final = 76
_STEEL, _DARK, _WARN, _GOOD = "#8d99a3", "#3d4750", "#c8402f", "#2f8f5b"
_WOOD, _YELLOW, _BLUE, _PAPER = "#b98a55", "#e3b23c", "#3f6f9f", "#f4f1ea"

Scene = Callable[[ImageDraw.ImageDraw, bool], None]
_scenes: dict[str, Scene] = {}


def jpeg(scene: str, words: str, *, mended: bool) -> bytes:
    """Draw `scene` as it was found or as it was mended, with `words` below, as a phone sends it."""
    image = Image.new("RGB", _SIZE, "#d9dcd8")
    draw = ImageDraw.Draw(image)
    _room(draw)
    _scenes[scene](draw, mended)
    image = image.reduce(2)
    _caption(image, words, mended)
    target = BytesIO()
    image.save(target, "JPEG", quality=85)
    return target.getvalue()


def names() -> frozenset[str]:
    """Give the scenes there are."""
    return frozenset(_scenes)


def _scene(function: Scene) -> Scene:
    _scenes[function.__name__] = function
    return function


def _room(draw: ImageDraw.ImageDraw) -> None:
    for y in range(0, _FLOOR, 6):
        shade = 226 - y // 22
        draw.rectangle((0, y, _SIZE[0], y + 6), fill=(shade, shade + 2, shade - 4))
    draw.rectangle((0, _FLOOR, *_SIZE), fill="#a9a397")
    draw.line((0, _FLOOR, _SIZE[0], _FLOOR), fill="#7c766b", width=8)
    for x in range(-400, _SIZE[0], 260):
        draw.line((x + 400, _FLOOR, x, _SIZE[1]), fill="#98917f", width=4)


def _caption(image: Image.Image, words: str, mended: bool) -> None:
    import pylopdf_fonts_zh_cn

    path = Path(pylopdf_fonts_zh_cn.__file__).with_name("NotoSansSC-Regular.otf")
    font = ImageFont.truetype(str(path), 26)
    draw = ImageDraw.Draw(image)
    top = _SMALL[1] - _CAPTION
    draw.rectangle((0, top, *_SMALL), fill="#1f2933")
    draw.rectangle((0, top, 12, _SMALL[1]), fill=_GOOD if mended else _WARN)
    draw.text((32, top + 20), f"{words} · {'整改后' if mended else '整改前'}", "white", font)
    draw.text((_SMALL[0] - 112, top + 20), "示意图", "#9aa5b1", font)


def _box(
    draw: ImageDraw.ImageDraw, corners: Sequence[int], fill: str, outline: str = _DARK
) -> None:
    draw.rectangle(tuple(corners), fill=fill, outline=outline, width=8)


def _cross(draw: ImageDraw.ImageDraw, x: int, y: int, size: int = 70) -> None:
    for turn in (1, -1):
        draw.line((x - size, y - size * turn, x + size, y + size * turn), fill=_WARN, width=26)


def _tick(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    points = (x - 70, y, x - 15, y + 60, x + 80, y - 70)
    draw.line(points, fill=_GOOD, width=26, joint="curve")


@_scene
def cabinet(draw: ImageDraw.ImageDraw, mended: bool) -> None:
    """A switch cabinet: its door hangs open and water drips in; or it is shut and dry."""
    _box(draw, (560, 240, 1040, 930), _STEEL)
    if mended:
        _box(draw, (590, 270, 1010, 900), "#9faab3")
        draw.polygon((800, 430, 740, 590, 800, 590, 770, 720, 880, 540, 810, 540), fill=_YELLOW)
        draw.ellipse((965, 560, 995, 590), fill=_DARK)
        _tick(draw, 1220, 420)
        return
    _box(draw, (590, 270, 1010, 900), "#2b3338")
    for row in (340, 560):
        for column in range(630, 960, 70):
            draw.rectangle((column, row, column + 48, row + 110), fill=_PAPER)
            draw.rectangle((column + 14, row + 20, column + 34, row + 60), fill=_DARK)
    for column, colour in zip(
        range(650, 960, 70), (_YELLOW, _GOOD, _WARN, _BLUE, _YELLOW), strict=True
    ):
        draw.line((column, 670, column + 20, 760, 800, 900), fill=colour, width=12)
    draw.polygon((1040, 240, 1290, 330, 1290, 990, 1040, 930), fill="#77838d", outline=_DARK)
    draw.rectangle((480, 60, 1120, 100), fill="#b9c2c7", outline=_DARK, width=6)
    for x, y in ((640, 130), (760, 180), (900, 140), (700, 300), (860, 470)):
        draw.ellipse((x, y, x + 34, y + 54), fill=_BLUE)


@_scene
def aisle(draw: ImageDraw.ImageDraw, mended: bool) -> None:
    """An exit behind an aisle: cartons block it; or it is free."""
    _box(draw, (600, 320, 1000, 900), "#cfd8dc")
    _box(draw, (640, 210, 960, 300), _GOOD)
    draw.polygon((720, 255, 790, 225, 790, 285), fill="white")
    draw.rectangle((785, 243, 880, 267), fill="white")
    draw.polygon((520, 1200, 640, 905, 960, 905, 1080, 1200), fill="#c9c3b4", outline=_YELLOW)
    if mended:
        _tick(draw, 1240, 500)
        return
    cartons = ((430, 820, 300), (700, 760, 360), (980, 850, 270), (560, 600, 240), (860, 560, 230))
    for x, y, side in cartons:
        _box(draw, (x, y, x + side, y + side), _WOOD)
        draw.line((x, y + side // 3, x + side, y + side // 3), fill="#8a6336", width=10)


@_scene
def press(draw: ImageDraw.ImageDraw, mended: bool) -> None:
    """A press: its guard is off and the stop button broken; or both are there."""
    _box(draw, (480, 200, 1120, 980), "#5f7f8c")
    _box(draw, (600, 330, 1000, 800), "#2b3338")
    _box(draw, (690, 330, 910, 520), _STEEL)
    _box(draw, (600, 720, 1000, 800), "#aab4ba")
    draw.ellipse(
        (1150, 520, 1270, 640), fill=_WARN if mended else "#6b5b58", outline=_DARK, width=8
    )
    if mended:
        for x in range(600, 1001, 50):
            draw.line((x, 330, x, 800), fill=_YELLOW, width=10)
        _tick(draw, 1330, 330)
    else:
        _cross(draw, 1210, 580)


@_scene
def extinguisher(draw: ImageDraw.ImageDraw, mended: bool) -> None:
    """Fire extinguishers: on the floor behind a carton and empty; or in their stand and full."""
    for x in (620, 860):
        tilt = 0 if mended else 60
        draw.rounded_rectangle(
            (x, 430 + tilt, x + 150, 900 + tilt), 50, fill=_WARN, outline=_DARK, width=8
        )
        draw.rectangle((x + 50, 370 + tilt, x + 100, 440 + tilt), fill=_DARK)
        draw.ellipse(
            (x + 40, 520 + tilt, x + 110, 590 + tilt), fill="white", outline=_DARK, width=6
        )
        draw.line((x + 75, 555 + tilt, x + (95 if mended else 50), 535 + tilt), fill=_DARK, width=8)
    if mended:
        _box(draw, (560, 880, 1070, 960), _STEEL)
        _tick(draw, 1240, 480)
    else:
        _box(draw, (700, 700, 1180, 1060), _WOOD)


@_scene
def scaffold(draw: ImageDraw.ImageDraw, mended: bool) -> None:
    """A scaffold at a wall: without ties and toe boards; or with them."""
    _box(draw, (150, 60, 620, 900), "#b7a08a")
    for x in range(700, 1400, 220):
        draw.line((x, 80, x, 960), fill=_STEEL, width=22)
    for y in (260, 500, 740):
        draw.line((680, y, 1390, y), fill=_STEEL, width=18)
        draw.rectangle((690, y, 1380, y + 26), fill=_WOOD)
        if mended:
            draw.line((620, y - 40, 700, y - 40), fill=_GOOD, width=20)
            draw.rectangle((690, y - 50, 1380, y), fill=_YELLOW)
    if not mended:
        _cross(draw, 660, 420)


@_scene
def valve(draw: ImageDraw.ImageDraw, mended: bool) -> None:
    """A gas pipe with its valve: the joint leaks; or it is new and checked."""
    draw.rectangle((0, 540, 1600, 640), fill=_YELLOW, outline=_DARK, width=8)
    _box(draw, (700, 500, 900, 680), _STEEL)
    draw.line((800, 500, 800, 360), fill=_DARK, width=30)
    draw.line((680, 360, 920, 360), fill=_GOOD if mended else _WARN, width=40)
    if mended:
        _box(draw, (1090, 200, 1330, 400), _PAPER)
        _tick(draw, 1210, 300)
        return
    for step in range(5):
        x, y = 960 + step * 70, 470 - step * 60
        draw.ellipse((x, y, x + 90 + step * 20, y + 70 + step * 16), fill="#c6cfd4", outline=_STEEL)


@_scene
def drums(draw: ImageDraw.ImageDraw, mended: bool) -> None:
    """Drums of chemicals: mixed up without labels; or apart, labelled, in a tray."""
    colours = (_BLUE, _BLUE, _WARN, _WARN) if mended else (_BLUE, _WARN, _BLUE, _WARN)
    places = (200, 420, 960, 1180) if mended else (330, 540, 750, 960)
    for x, colour in zip(places, colours, strict=True):
        draw.rectangle((x, 480, x + 190, 900), fill=colour, outline=_DARK, width=8)
        draw.ellipse((x, 440, x + 190, 520), fill=colour, outline=_DARK, width=8)
        if mended:
            _box(draw, (x + 40, 620, x + 150, 740), _PAPER)
    if mended:
        for x in (160, 920):
            _box(draw, (x, 880, x + 500, 960), _YELLOW)
    else:
        draw.ellipse((380, 930, 900, 1020), fill="#6f7f4f")


@_scene
def cable(draw: ImageDraw.ImageDraw, mended: bool) -> None:
    """A power cable: across the wet floor; or up in its tray."""
    _box(draw, (120, 420, 300, 640), _PAPER)
    if mended:
        _box(draw, (300, 200, 1500, 270), _STEEL)
        draw.line((210, 420, 210, 235, 1480, 235), fill=_DARK, width=16)
        _tick(draw, 1240, 560)
        return
    points = (210, 640, 260, 960, 520, 1010, 760, 940, 1040, 1040, 1330, 970, 1600, 1020)
    draw.ellipse((600, 960, 1180, 1110), fill="#9db7c7")
    draw.line(points, fill="#22282d", width=20, joint="curve")


@_scene
def stairs(draw: ImageDraw.ImageDraw, mended: bool) -> None:
    """Stairs: smooth, without a rail; or with strips and a rail."""
    for step in range(6):
        x, y = 260 + step * 180, 980 - step * 110
        _box(draw, (x, y, 1500, y + 110), "#c2bcb0", "#8b8578")
        if mended:
            draw.rectangle((x, y, x + 180, y + 22), fill=_YELLOW)
    if mended:
        draw.line((280, 760, 1300, 180), fill=_DARK, width=24)
        for step in range(0, 6, 2):
            x, y = 300 + step * 180, 980 - step * 110
            draw.line((x, y, x, y - 240), fill=_DARK, width=16)
    else:
        _cross(draw, 480, 520)


@_scene
def bottles(draw: ImageDraw.ImageDraw, mended: bool) -> None:
    """Gas bottles: loose, without caps; or chained to the wall."""
    for number, x in enumerate((480, 700, 920)):
        lean = 0 if mended else number * 26
        draw.rounded_rectangle(
            (x + lean, 330 + lean, x + 160 + lean, 910), 70, fill="#4f8a6b", outline=_DARK, width=8
        )
        draw.rectangle((x + 55 + lean, 260 + lean, x + 105 + lean, 340 + lean), fill=_DARK)
    if mended:
        for y in (500, 720):
            draw.line((430, y, 1130, y), fill=_STEEL, width=24)
        _tick(draw, 1290, 420)
    else:
        _cross(draw, 1290, 520)
