"""Pictures for the benchmark page, as SVG that follows the reader's light or dark setting and needs nothing else."""

import math
from html import escape

STYLE = """
svg { font: 12px sans-serif }
.paper { fill: #fff } text { fill: #222 } .grid { stroke: #ddd } .one { stroke: #888 }
.c0 { fill: #0b62c4; stroke: #0b62c4 } .c1 { fill: #c2410c; stroke: #c2410c } .c2 { fill: #15803d; stroke: #15803d }
.hollow { fill: none; stroke-width: 1.5 } .line { fill: none; stroke-width: 2 } .head { font-weight: bold }
@media (prefers-color-scheme: dark) {
  .paper { fill: #14171c } text { fill: #ddd } .grid { stroke: #333a44 } .one { stroke: #888 }
  .c0 { fill: #6cb2ff; stroke: #6cb2ff } .c1 { fill: #ffa657; stroke: #ffa657 } .c2 { fill: #5fd07f; stroke: #5fd07f }
  .hollow, .line { fill: none }
}
"""
TICKS = [m * 10.0**e for e in range(-4, 7) for m in (1, 2, 5)]
FINE_TICKS = sorted({*TICKS, 0.7, 0.8, 0.9, 1.1, 1.25, 1.5, 3})
ROW = 18


class Picture:
    def __init__(self, title, width, height):
        self.head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img" '
            f'aria-label="{escape(title)}">\n<style>{STYLE}</style>\n<rect class="paper" width="{width:g}" '
            f'height="{height:g}"/>\n'
        )
        self.parts = []
        self.text(10, 20, title, "head")

    def text(self, x, y, text, kind="", anchor="start"):
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{f" class={chr(34)}{kind}{chr(34)}" if kind else ""}>'
            f"{escape(text)}</text>"
        )

    def line(self, x1, y1, x2, y2, kind):
        self.parts.append(f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')

    def path(self, points, kind):
        at = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline class="{kind} line" points="{at}"/>')

    def mark(self, x, y, series):
        """A disc for the first series, a hollow square for the second."""
        if series == 0:
            self.parts.append(f'<circle class="c0" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
        else:
            self.parts.append(
                f'<rect class="c{series} hollow" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
            )

    def bar(self, x, y, width, height, series):
        self.parts.append(
            f'<rect class="c{series}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}"/>'
        )

    def __str__(self):
        return self.head + "\n".join(self.parts) + "\n</svg>\n"


class LogScale:
    """Values to places; from and to are ticks around the values."""

    def __init__(self, values, start, end, ticks):
        low, high = min(values), max(values)
        self.low = max((t for t in ticks if t <= low), default=low)
        self.high = min((t for t in ticks if t >= high), default=high)
        if self.low == self.high:
            self.low, self.high = self.low / 2, self.high * 2
        self.start, self.end = start, end
        self.ticks = [t for t in ticks if self.low <= t <= self.high]

    def __call__(self, value):
        share = (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return self.start + share * (self.end - self.start)

    def spaced_ticks(self, room):
        """The ticks whose labels do not run into each other."""
        kept = []
        for tick in sorted(self.ticks, key=lambda t: (t != 1, abs(math.log10(t) % 1) > 1e-9, t)):
            if all(abs(self(tick) - self(other)) >= room for other in kept):
                kept.append(tick)
        return sorted(kept)


def dots(title, names, panels, labels):
    """A row for each name; in each panel (its title, {name: [values]}) marks on one logarithmic axis around 1."""
    left, width, gap, top = 270, 190, 36, 78
    height = top + ROW * len(names) + 30
    picture = Picture(title, left + len(panels) * (width + gap), height)
    x = left
    for i, label in enumerate(labels):
        picture.mark(16 + 170 * i, 40, i)
        picture.text(26 + 170 * i, 44, label)
    values = [v for _, rows in panels for row in rows.values() for v in row]
    for i, name in enumerate(names):
        picture.text(left - 12, top + ROW * i + 4, name, anchor="end")
    for heading, rows in panels:
        scale = LogScale([*values, 0.9, 1.1], x, x + width, FINE_TICKS)
        picture.text(x, 64, heading, "head")
        for tick in scale.spaced_ticks(28):
            picture.line(scale(tick), top - 8, scale(tick), height - 34, "one" if tick == 1 else "grid")
            picture.text(scale(tick), height - 16, f"{tick:g}", anchor="middle")
        for i, name in enumerate(names):
            for series in reversed(range(len(rows.get(name, [])))):
                picture.mark(scale(rows[name][series]), top + ROW * i, series)
        x += width + gap
    return str(picture)


def bars(title, names, series):
    """For each name a bar for each series (its label, {name: value}), with its value."""
    left, width, top, thick = 190, 420, 64, 14
    block = thick * len(series) + 12
    picture = Picture(title, left + width + 70, top + block * len(names) + 6)
    longest = max([v for _, values in series for v in values.values()] + [1e-9])
    for i, (label, _) in enumerate(series):
        picture.bar(16 + 130 * i, 34, 10, 10, i)
        picture.text(32 + 130 * i, 44, label)
    for n, name in enumerate(names):
        y = top + block * n
        picture.text(left - 12, y + thick * len(series) / 2 + 4, name, anchor="end")
        for i, (_, values) in enumerate(series):
            if name in values:
                length = width * max(values[name], 0) / longest
                picture.bar(left, y + thick * i, length, thick - 3, i)
                picture.text(left + length + 6, y + thick * i + 10, f"{values[name]:.3f}")
    return str(picture)


def lines(title, panels):
    """Panels (their title, {label: [(x, y), ...]}) with both axes logarithmic."""
    left, width, gap, top, height = 60, 220, 70, 90, 180
    picture = Picture(title, left + len(panels) * (width + gap) - gap + 20, top + height + 40)
    labels = list(dict.fromkeys(label for _, series in panels for label in series))
    for i, label in enumerate(labels):
        picture.bar(16 + 130 * i, 36, 18, 4, i)
        picture.text(40 + 130 * i, 44, label)
    for n, (heading, series) in enumerate(panels):
        x0 = left + n * (width + gap)
        points = [point for line in series.values() for point in line]
        across = LogScale([x for x, _ in points], x0, x0 + width, TICKS)
        up = LogScale([y for _, y in points], top + height, top, TICKS)
        picture.text(x0, top - 16, heading, "head")
        for x in sorted({x for x, _ in points}):
            picture.line(across(x), top, across(x), top + height, "grid")
            picture.text(across(x), top + height + 18, f"{x:,}", anchor="middle")
        for tick in up.spaced_ticks(22):
            picture.line(x0, up(tick), x0 + width, up(tick), "grid")
            picture.text(x0 - 6, up(tick) + 4, f"{tick:g}", anchor="end")
        for label, line in series.items():
            picture.path([(across(x), up(y)) for x, y in line], f"c{labels.index(label)}")
    return str(picture)
