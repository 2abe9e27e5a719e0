"""Figures of the scan benchmark, from the runs of all contestants, and as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .scan_run import STAGES, ScanRun, furthest_mm, mean_mm
from .tables import table
from .volume_grid import Box

PAGE = {n: f"this page, {n} engine{'s' if n > 1 else ''}" for n in (1, 2)}
CPYTHON = {n: f"CPython, {n} process{'es' if n > 1 else ''}" for n in (1, 2)}


@dataclass
class Peak:
    """MB at a run's peak: of the largest process, and of all together."""

    largest: float | None
    together: float | None


@dataclass
class Figures:
    """What was measured.

    Attributes
    ----------
    frames : tuple of int
        Sizes of the series, rising.
    boxes_mm : mapping
        Of the mask; by number of frames.
    runs : mapping
        By contestant and number of frames; one a round.
    peaks : mapping
        Of memory, likewise.
    cold : mapping
        Pairs of a run and the milliseconds since the page was opened; by number of frames.
    """

    frames: tuple[int, ...]
    box_mm: Box
    runs: dict[str, dict[int, list[ScanRun]]] = field(default_factory=dict)
    peaks: dict[str, dict[int, Peak]] = field(default_factory=dict)
    cold: dict[int, list[tuple[ScanRun, float]]] = field(default_factory=dict)

    def add(self, name: str, frames: int, run: ScanRun) -> None:
        self.runs.setdefault(name, {}).setdefault(frames, []).append(run)

    def ms(self, name: str, frames: int) -> float:
        """From files to the box, the median over the rounds."""
        return statistics.median(run.total_ms for run in self.runs[name][frames])

    def stages_ms(self, name: str, frames: int) -> dict[str, float]:
        """Milliseconds a frame by stage, medians over the rounds."""
        rounds = self.runs[name][frames]
        known = [stage for stage in STAGES if any(stage in run.stages_ms for run in rounds)]
        return {
            stage: statistics.median(run.stages_ms.get(stage, 0.0) for run in rounds) / frames
            for stage in known
        }

    def best(self, names: Iterable[str], frames: int) -> str:
        """The fastest of some."""
        return min(names, key=lambda name: self.ms(name, frames))


def report(figures: Figures, opponents: Sequence[str], beyond: Sequence[str]) -> str:
    """Everything as Markdown; `opponents` is plain JavaScript as it is written, `beyond` what it could do besides."""
    parts = [
        "Seconds from files to the box, medians:",
        _times(figures),
        *_first_looks(figures),
        "\n".join(_ratios(figures, opponents, beyond)),
        "Time against half as many frames:",
        _growth(figures),
        f"Milliseconds a frame of {_middle(figures)}, summed over all that work at the same time:",
        _stages(figures, _middle(figures)),
        "Edges of the box against those of the mask, mm (furthest, mean):",
        _errors(figures),
        _equality(figures),
    ]
    if figures.peaks:
        parts += ["Memory at the peak, MB (PSS of the largest process, of all together):", _memory(figures)]
    if figures.cold:
        parts.append("\n".join(_cold(figures)))
    return "\n\n".join(parts)


def _middle(figures: Figures) -> int:
    """The size that is talked of: 800 frames, or what is next to it."""
    return min(figures.frames, key=lambda frames: abs(frames - 800))


def _head(figures: Figures) -> list[str]:
    return ["variant", *(f"{frames} frames" for frames in figures.frames)]


def _times(figures: Figures) -> str:
    rows = [
        [name, *(f"{figures.ms(name, frames) / 1000:.2f}" for frames in figures.frames)]
        for name in figures.runs
    ]
    return table(_head(figures), rows)


def first_looks(figures: Figures) -> dict[str, dict[int, tuple[float, float | None]]]:
    """By variant and number of frames: milliseconds to an answer from some of the files, and how far its box is off.

    Medians over the rounds; millimetres between the edges that lie furthest from those of the box from all files.
    """
    found: dict[str, dict[int, tuple[float, float | None]]] = {}
    for name, sizes in figures.runs.items():
        for frames, runs in sizes.items():
            early = [(run.first, run.patient_mm) for run in runs if run.first is not None]
            off = [furthest_mm(first.patient_mm, box) for first, box in early]
            known = [distance for distance in off if distance is not None]
            if early:
                ms = statistics.median(first.ms for first, _ in early)
                found.setdefault(name, {})[frames] = ms, statistics.median(known) if known else None
    return found


def _first_looks(figures: Figures) -> list[str]:
    found = first_looks(figures)
    if not found:
        return []
    rows = [
        [name, *(_first_look(sizes.get(frames)) for frames in figures.frames)]
        for name, sizes in found.items()
    ]
    words = (
        "Seconds to a first box, from every fourth file, and its furthest edge from that of the last box, mm:"
    )
    return [words, table(_head(figures), rows)]


def _first_look(found: tuple[float, float | None] | None) -> str:
    if found is None:
        return "-"
    ms, off_mm = found
    return f"{ms / 1000:.2f}, {'no box' if off_mm is None else f'{off_mm:.1f}'}"


def _growth(figures: Figures) -> str:
    pairs = [(frames // 2, frames) for frames in figures.frames if frames // 2 in figures.frames]
    rows = [
        [name, *(f"{figures.ms(name, more) / figures.ms(name, few):.2f}" for few, more in pairs)]
        for name in figures.runs
    ]
    return table(["variant", *(f"{more} / {few}" for few, more in pairs)], rows)


def ratios(figures: Figures, opponents: Sequence[str], beyond: Sequence[str]) -> dict[int, dict[str, float]]:
    """By number of frames, how this page with 2 engines compares."""
    return {
        frames: {
            "page_over_cpython": figures.ms(PAGE[2], frames) / figures.ms(CPYTHON[2], frames),
            "javascript_over_page": figures.ms(figures.best(opponents, frames), frames)
            / figures.ms(PAGE[2], frames),
            "javascript_of_all_over_page": figures.ms(figures.best([*opponents, *beyond], frames), frames)
            / figures.ms(PAGE[2], frames),
            "one_over_two_engines": figures.ms(PAGE[1], frames) / figures.ms(PAGE[2], frames),
        }
        for frames in figures.frames
    }


def _ratios(figures: Figures, opponents: Sequence[str], beyond: Sequence[str]) -> list[str]:
    frames = _middle(figures)
    found = ratios(figures, opponents, beyond)[frames]
    best, best_of_all = (figures.best(names, frames) for names in (opponents, [*opponents, *beyond]))
    return [
        f"At {frames} frames:",
        "",
        f"- This page (2 engines) takes {found['page_over_cpython']:.2f} times as long as CPython (2 processes); "
        "the aim is at most 2.",
        f"- The best plain JavaScript ({best}) takes {found['javascript_over_page']:.2f} times as long as this page "
        "(2 engines); the aim is at least 1.2.",
        f"- The best of all JavaScript shown ({best_of_all}) takes {found['javascript_of_all_over_page']:.2f} times as "
        "long.",
        f"- One engine takes {found['one_over_two_engines']:.2f} times as long as two.",
    ]


def _stages(figures: Figures, frames: int) -> str:
    rows = []
    for name in figures.runs:
        found = figures.stages_ms(name, frames)
        cells = [f"{found[stage]:.2f}" if stage in found else "-" for stage in STAGES]
        rows.append([name, *cells, f"{sum(found.values()):.2f}"])
    return table(["variant", *STAGES, "sum"], rows)


def _errors(figures: Figures) -> str:
    rows = []
    for name, sizes in figures.runs.items():
        cells = []
        for frames in figures.frames:
            box = sizes[frames][-1].patient_mm
            furthest, mean = furthest_mm(box, figures.box_mm), mean_mm(box, figures.box_mm)
            cells.append("no box" if furthest is None or mean is None else f"{furthest:.1f}, {mean:.1f}")
        rows.append([name, *cells])
    return table(_head(figures), rows)


def unequal_boxes(figures: Figures) -> list[str]:
    """Where this page and CPython do not give one box, in voxels and in the patient, in all rounds."""
    names = [name for name in (*PAGE.values(), *CPYTHON.values()) if name in figures.runs]
    return [
        f"{frames} frames"
        for frames in figures.frames
        if len({(run.voxels, run.patient_mm) for name in names for run in figures.runs[name][frames]}) > 1
    ]


def _equality(figures: Figures) -> str:
    unequal = unequal_boxes(figures)
    if unequal:
        return f"**The boxes of this page and of CPython differ** at {', '.join(unequal)}."
    return "The boxes of this page and of CPython are equal at every size and in every round."


def _memory(figures: Figures) -> str:
    rows = [
        [name, *(_peak(sizes.get(frames)) for frames in figures.frames)]
        for name, sizes in figures.peaks.items()
    ]
    return table(_head(figures), rows)


def _peak(peak: Peak | None) -> str:
    if peak is None or peak.largest is None or peak.together is None:
        return "-"
    return f"{peak.largest:.0f}, {peak.together:.0f}"


def _cold(figures: Figures) -> list[str]:
    lines = []
    for frames, runs in figures.cold.items():
        total = statistics.median(run.total_ms for run, _ in runs) / 1000
        opened = statistics.median(opened for _, opened in runs) / 1000
        lines.append(
            f"- From a cold page (just opened, all on the device, files given before an engine is ready), {frames} "
            f"frames: {total:.2f} s from the files to the box, {opened:.2f} s since the page was opened. "
            f"With engines ready: {figures.ms(PAGE[2], frames) / 1000:.2f} s."
        )
    return lines


def as_values(figures: Figures, opponents: Sequence[str], beyond: Sequence[str]) -> Mapping[str, object]:
    """The same for programs."""
    every = [(name, frames) for name in figures.runs for frames in figures.frames]
    return {
        "frames": figures.frames,
        "seconds": _nested({at: figures.ms(*at) / 1000 for at in every}),
        "first_looks": first_looks(figures),
        "stages_ms_per_frame": _nested({at: figures.stages_ms(*at) for at in every}),
        "boxes_mm": _nested(
            {(name, frames): figures.runs[name][frames][-1].patient_mm for name, frames in every}
        ),
        "mask_mm": figures.box_mm,
        "ratios": ratios(figures, opponents, beyond),
        "unequal_boxes": unequal_boxes(figures),
        "peaks_mb": {
            name: {frames: [peak.largest, peak.together] for frames, peak in sizes.items()}
            for name, sizes in figures.peaks.items()
        },
        "cold_ms": {
            frames: [[run.total_ms, opened] for run, opened in runs] for frames, runs in figures.cold.items()
        },
    }


def _nested(values: Mapping[tuple[str, int], object]) -> dict[str, dict[int, object]]:
    found: dict[str, dict[int, object]] = {}
    for (name, frames), value in values.items():
        found.setdefault(name, {})[frames] = value
    return found
