"""Models of many shapes, each with a rework loop, for playing at random."""

from __future__ import annotations

from tests.engine.spiff import diagrams as d

_AGAIN = d.xor("x", "z") + d.user("z") + d.end()
_MESSAGES = '<message id="m" name="M"/>', '<message id="n" name="N"/>'


def _looped(*parts: str) -> bytes:
    """A process that begins at t0 and goes back there from x while `again` holds."""
    return d.drawn(d.start(), d.user("t0"), *parts, _AGAIN, d.flows("s t0", "x t0? again", "x z e"))


def _inner(prefix: str) -> str:
    return "".join(
        (
            d.start(f"{prefix}s"),
            d.user(f"{prefix}u"),
            d.both(f"{prefix}g"),
            d.user(f"{prefix}v"),
            d.user(f"{prefix}w"),
            d.both(f"{prefix}j"),
            d.end(f"{prefix}e"),
            d.flows(
                f"{prefix}s {prefix}u {prefix}g {prefix}v {prefix}j {prefix}e",
                f"{prefix}g {prefix}w {prefix}j",
            ),
        )
    )


SHAPES: dict[str, tuple[bytes, ...]] = {
    "exclusive": (
        _looped(d.script("c", "n2 = n + 1"), d.user("a"), d.flows("t0 c a x")),
    ),
    "parallel": (
        _looped(
            d.both("g"), d.user("a"), d.user("b"), d.user("b2"), d.both("j"),
            d.flows("t0 g a j x", "g b b2 j"),
        ),
    ),
    "three branches, nested": (
        _looped(
            d.both("g"), d.user("a"), d.both("h"), d.user("b"), d.user("c"), d.both("j"),
            d.flows("t0 g a j x", "g h b j", "h c j"),
        ),
    ),
    "inclusive": (
        _looped(
            d.inclusive("g", "c"), d.user("a"), d.user("b"), d.user("c"), d.inclusive("j"),
            d.flows("t0 g", "g a? p", "g b? q", "g c j x", "a j", "b j"),
        ),
    ),
    "loop inside one branch": (
        d.drawn(
            d.start(), d.both("g"), d.user("t0"), d.xor("x", "z"), d.user("z"), d.user("a"),
            d.user("a2"), d.both("j"), d.end(),
            d.flows("s g t0 x z j e", "x t0? again", "g a a2 j"),
        ),
    ),
    "branches that end apart": (
        d.drawn(
            d.start(), d.both("g"), d.user("t0"), d.xor("x", "z"), d.user("z"), d.end(),
            d.both("h"), d.user("a"), d.end("e2"), d.user("b"), d.end("e3"),
            d.flows("s g t0 x z e", "x t0? again", "g h a e2", "h b e3"),
        ),
    ),
    "parallel instances": (
        _looped(
            d.user("m", d.several(items="items", item="item", output="res", each="out")),
            d.flows("t0 m x"),
        ),
    ),
    "instances in sequence": (
        _looped(
            d.user("m", d.several(items="items", item="item", sequential=True)),
            d.flows("t0 m x"),
        ),
    ),
    "everybody signs": (_looped(d.vote("v", "all"), d.flows("t0 v x")),),
    "one signs, beside a branch": (
        _looped(
            d.both("g"), d.vote("v", "any"), d.user("a"), d.both("j"),
            d.flows("t0 g v j x", "g a j"),
        ),
    ),
    "a ratio with a boundary event": (
        _looped(
            *_MESSAGES, d.vote("v", "ratio", ratio="2/3"), d.boundary("bm", "v", d.message("m")),
            d.user("h"), d.xor("y"), d.flows("t0 v y x", "bm h y"),
        ),
    ),
    "one after the other, called": (
        _looped(d.call("c", "called"), d.flows("t0 c x")),
        d.file(
            d.process(
                d.start("is"), d.vote("v", "sequence"), d.end("ie"), d.flows("is v ie"), id="called"
            )
        ),
    ),
    "sub-process with a boundary event": (
        d.drawn(
            *_MESSAGES, d.start(), d.user("t0"), d.subprocess("sp", _inner("i")),
            d.boundary("bm", "sp", d.message("m"), interrupting=False), d.user("h"), d.end("eh"),
            d.boundary("bn", "sp", d.message("n")), d.user("k"), _AGAIN,
            d.flows("s t0 sp x", "bm h eh", "bn k x", "x t0? again", "x z e"),
        ),
    ),
    "called process": (
        _looped(d.call("c", "called"), d.flows("t0 c x")),
        d.file(d.process(_inner("i"), id="called")),
    ),
    "called several at once": (
        _looped(d.call("c", "called", d.several(items="items", item="item")), d.flows("t0 c x")),
        d.file(d.process(_inner("i"), id="called")),
    ),
    "event gateway": (
        d.drawn(
            *_MESSAGES, d.start(), d.user("t0"), d.node("eventBasedGateway", "g"),
            d.catch("cm", d.message("m")), d.catch("cn", d.message("n")), d.user("a"),
            d.user("b"), _AGAIN,
            d.flows("s t0 g cm a x", "g cn b x", "x t0? again", "x z e"),
        ),
    ),
}  # fmt: skip
