"""Five hundred files dropped into a watched folder in every bad way: each is accounted for exactly once.

usage: python tests/evidence/watch_abuse.py [--files 500] [--seed 1] [--jobs 2] [--move stay] [--keep DIR]

Slow and stalled writes, renames, replacements and rewrites while a file is read, duplicates, whole subfolders
moved in, files that vanish, files that may not be read (some only for a while), poison, links and pipes. In
the middle the watch is killed (SIGKILL) and started again, and a second watch must be refused. Then the idle
watch is measured, told to stop, and (where file systems may be mounted) a full disk is lived through.

The claim fails when a file is in no table or in two, is read twice, was taken half-written, or was read as
something that never stood there whole; when the idle watch takes 1 % of a core or more; when it takes more
than 10 s to stop; or when a full disk loses a file.
"""

import argparse
import csv
import hashlib
import heapq
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
from PIL import Image

SOHOA = Path(sys.executable).parent / "sohoa"
STABLE_SECONDS = 2.0
DROP_SECONDS = 60.0
MOST_SECONDS = 1500.0
IDLE_SECONDS = 60.0


def letter(number: int) -> bytes:
    text = (
        "ỦY BAN NHÂN DÂN\nTỈNH HƯNG NAM\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        f"Độc lập - Tự do - Hạnh phúc\n\nSố: {number}/UBND-TH\nV/v trồng cây\n\n"
        f"Hưng Nam, ngày 14 tháng 5 năm 2021\n\nKính gửi: Các sở.\n\nHồ sơ {number}.\n"
    )
    return text.encode()


def blank_pdf(number: int) -> bytes:
    stream = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(120, 80))
        pdf.docinfo["/Title"] = f"{number}"
        pdf.save(stream)
    return stream.getvalue()


def picture(number: int, kind: str) -> bytes:
    stream = io.BytesIO()
    image = Image.new("L", (160, 90), 255)
    image.putpixel((number % 160, number // 160 % 90), 0)
    image.putpixel((0, 0), number % 251)
    image.save(stream, kind, dpi=(300, 300))
    return stream.getvalue()


def content(number: int, suffix: str) -> bytes:
    kinds = {".png": "PNG", ".jpg": "JPEG", ".tif": "TIFF"}
    if suffix == ".pdf":
        return blank_pdf(number)
    return picture(number, kinds[suffix]) if suffix in kinds else letter(number)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Plan:
    """What happens when, and what must be true in the end, by path below the folder."""

    inbox: Path
    outside: Path
    chance: random.Random
    events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)  # contents that stood somewhere whole
    final: dict[str, str] = field(default_factory=dict)  # path -> content in the end
    failing: set[str] = field(default_factory=set)
    fleeting: set[str] = field(default_factory=set)  # may be read, or vanish unread
    refused: set[str] = field(default_factory=set)
    number: int = 0

    def at(self, moment: float, act: Callable[[], None]) -> None:
        heapq.heappush(self.events, (moment, len(self.events), act))

    def some_time(self) -> float:
        return self.chance.uniform(0, DROP_SECONDS)

    def new(self, suffix: str = ".txt") -> tuple[int, bytes]:
        self.number += 1
        data = content(self.number, suffix)
        self.whole.add(sha(data))
        return self.number, data

    def expect(self, relative: str, data: bytes) -> Path:
        self.final[relative] = sha(data)
        return self.inbox / relative

    # --- the bad ways -----------------------------------------------------------------------------

    def plain(self, suffix: str = ".txt") -> None:
        number, data = self.new(suffix)
        path = self.expect(f"plain-{number}{suffix}", data)
        self.at(self.some_time(), lambda: write(path, data))

    def slow(self) -> None:
        """In pieces, each sooner than a file counts as quiet."""
        number, data = self.new()
        path, moment = self.expect(f"slow-{number}.txt", data), self.some_time()
        pieces = 5
        for piece in range(pieces):
            part = data[len(data) * piece // pieces : len(data) * (piece + 1) // pieces]
            self.at(moment, adder(path, part, piece))
            moment += self.chance.uniform(0.1, 0.8) * STABLE_SECONDS

    def stalled(self) -> None:
        """A scanner that stops in the middle for longer than a file needs to count as quiet."""
        suffix = self.chance.choice((".pdf", ".png", ".jpg", ".tif"))
        number, data = self.new(suffix)
        path, moment = self.expect(f"stalled-{number}{suffix}", data), self.some_time()
        cut = self.chance.randrange(len(data) * 9 // 10)
        self.at(moment, lambda: write(path, data[:cut]))
        self.at(moment + 4 * STABLE_SECONDS, adder(path, data[cut:], 1))

    def renamed(self) -> None:
        number, data = self.new()
        path, moment = self.expect(f"renamed-{number}.txt", data), self.some_time()
        before = self.inbox / self.chance.choice((f"renamed-{number}.txt.part", f"before-{number}.txt"))
        if before.suffix == ".txt":
            self.fleeting.add(before.name)
        self.at(moment, lambda: write(before, data))
        self.at(moment + self.chance.uniform(0.5, 3.5) * STABLE_SECONDS, lambda: before.rename(path))

    def replaced(self) -> None:
        """Another file takes its place, before, while or after it is read."""
        number, old = self.new()
        _, data = self.new()
        path, moment = self.expect(f"replaced-{number}.txt", data), self.some_time()
        temporary = self.outside / f"new-{number}"
        self.at(moment, lambda: write(path, old))

        def replace() -> None:
            write(temporary, data)
            temporary.replace(path)

        self.at(moment + self.chance.uniform(0.5, 4) * STABLE_SECONDS, replace)

    def rewritten(self) -> None:
        number, old = self.new()
        _, data = self.new()
        path, moment = self.expect(f"rewritten-{number}.txt", data), self.some_time()
        self.at(moment, lambda: write(path, old))
        self.at(moment + self.chance.uniform(0.5, 4) * STABLE_SECONDS, lambda: write(path, data))

    def twins(self) -> None:
        number, data = self.new()
        for name in (f"twin-{number}.txt", f"twin-{number}-again.txt"):
            self.at(self.some_time(), writer(self.expect(name, data), data))

    def folder(self, files: int) -> None:
        number, _ = self.new()
        box = self.outside / f"box-{number}"
        for index in range(files):
            _, data = self.new()
            write(box / f"part {index % 2}" / f"{index}.txt", data)
            self.expect(f"box-{number}/part {index % 2}/{index}.txt", data)
        self.at(self.some_time(), lambda: box.rename(self.inbox / box.name))

    def vanishing(self) -> None:
        number, data = self.new()
        path, moment = self.inbox / f"vanishing-{number}.txt", self.some_time()
        self.fleeting.add(path.name)
        self.at(moment, lambda: write(path, data))
        self.at(moment + self.chance.uniform(0, 3) * STABLE_SECONDS, path.unlink)

    def locked(self, *, opens: bool) -> None:
        number, data = self.new()
        path = self.expect(f"locked-{number}.txt", data)
        staged = self.outside / path.name
        if not opens:
            self.failing.add(path.name)

        def lock() -> None:
            write(staged, data)
            staged.chmod(0)
            staged.rename(path)

        self.at(self.some_time(), lock)
        if opens:
            self.at(DROP_SECONDS + 5, lambda: path.chmod(0o644))

    def poison(self, index: int) -> None:
        number, _ = self.new()
        bombs = (
            ("cut.pdf", blank_pdf(number)[:120]),
            ("noise.pdf", b"%PDF-1.7\n" + self.chance.randbytes(3000) + b"\n%%EOF\n"),
            ("office.pdf", b"PK\x03\x04" + self.chance.randbytes(500)),
            ("empty.txt", b""),
            ("binary.txt", b"MZ\x00\x00" + self.chance.randbytes(800)),
            ("huge.png", huge_png(number)),
        )
        name, data = bombs[index % len(bombs)]
        path = self.expect(f"poison-{number}-{name}", data)
        self.failing.add(path.name)
        self.at(self.some_time(), lambda: write(path, data))

    def strange(self, index: int) -> None:
        name = f"strange-{index}" + (".txt", ".pdf", ".docx")[index % 3]
        self.refused.add(name)
        path = self.inbox / name
        act: Callable[[], object] = (
            lambda: path.symlink_to("/etc/hostname"),
            lambda: os.mkfifo(path),
            lambda: write(path, b"x"),
        )[index % 3]
        self.at(self.some_time(), lambda: act() and None)


def huge_png(number: int) -> bytes:
    """A picture that says it has 10^10 pixels."""
    data = bytearray(picture(number, "PNG"))
    data[16:24] = (100_000).to_bytes(4, "big") * 2
    return bytes(data)


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def writer(path: Path, data: bytes) -> Callable[[], None]:
    return lambda: write(path, data)


def adder(path: Path, data: bytes, piece: int) -> Callable[[], None]:
    def add() -> None:
        with path.open("ab" if piece else "wb") as file:
            file.write(data)

    return add


def make_plan(folder: Path, files: int, seed: int, *, stay: bool) -> Plan:
    """About `files` files; where originals are moved away, none is changed after it may have been read."""
    plan = Plan(folder / "in", folder / "outside", random.Random(seed))
    plan.outside.mkdir(parents=True)
    share = files / 500
    ways: list[tuple[float, Callable[[int], None]]] = [
        (120, lambda _: plan.plain()),
        (8, lambda index: plan.plain((".pdf", ".png", ".jpg", ".tif")[index % 4])),
        (70, lambda _: plan.slow()),
        (24, lambda _: plan.stalled()),
        (50, lambda _: plan.renamed() if stay else plan.plain()),
        (45, lambda _: plan.replaced() if stay else plan.plain()),
        (45, lambda _: plan.rewritten() if stay else plan.slow()),
        (25, lambda _: plan.twins()),
        (5, lambda _: plan.folder(10)),
        (20, lambda _: plan.vanishing() if stay else plan.plain()),
        (8, lambda _: plan.locked(opens=True)),
        (7, lambda _: plan.locked(opens=False)),
        (18, plan.poison),
        (9, plan.strange),
    ]
    for count, way in ways:
        for index in range(max(1, round(count * share))):
            way(index)
    return plan


# --- the watch under test ---------------------------------------------------------------------------


class Watch:
    """The real command on the folder; run without root's right to read everything."""

    def __init__(self, folder: Path, out: Path, log: Path, *options: str) -> None:
        self.out, self.log = out, log
        self._command = [str(SOHOA), "watch", str(folder), "--out", str(out), "--json-log"]
        self._command += ["--stable", str(STABLE_SECONDS), "--incomplete", "30", "--retry", "10", *options]
        if os.geteuid() == 0:
            self._command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *self._command]
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(self._command, stderr=log, env=environment)

    def second(self) -> int:
        """The exit code of another watch on the same output."""
        return subprocess.run(self._command, stderr=subprocess.DEVNULL, timeout=60, check=False).returncode

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> float:
        """Seconds until it ended after SIGTERM."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        return time.monotonic() - started

    def cpu_seconds(self) -> float:
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(stat.parent.name) == self.process.pid or int(fields[1]) == self.process.pid:
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def events(self) -> list[dict[str, object]]:
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def status(self) -> dict[str, object]:
        done = subprocess.run(
            [str(SOHOA), "status", str(self.out), "--json"], capture_output=True, text=True, check=False
        )
        return json.loads(done.stdout) if done.stdout else {}


def drop(plan: Plan, watch: Watch, watch_is_killed_at: float) -> list[str]:
    """Let everything happen; returns what was wrong."""
    wrong: list[str] = []
    started = time.monotonic()
    killed = False
    while plan.events:
        moment, _, act = heapq.heappop(plan.events)
        if moment > watch_is_killed_at and not killed:
            killed = True
            if (code := watch.second()) != 2:
                wrong.append(f"a second watch ended with exit code {code}, not 2")
            watch.kill()
            watch.start()
        time.sleep(max(0.0, moment - (time.monotonic() - started)))
        act()
    return wrong


def wait_until_quiet(watch: Watch) -> float:
    """Seconds until nothing waits any more and the tables are written; retries may go on."""
    started = time.monotonic()
    quiet = 0
    while quiet < 6 and time.monotonic() - started < MOST_SECONDS:
        time.sleep(5)
        state = json.loads((watch.out / "watch/state.json").read_text(encoding="utf-8"))
        is_quiet = state["state"] == "running" and not (state["waiting"] or state["tables_due"])
        quiet = quiet + 1 if is_quiet else 0
    return time.monotonic() - started


# --- the account ------------------------------------------------------------------------------------


def rows(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def account(plan: Plan, watch: Watch) -> list[str]:
    """Everything that is not as it must be."""
    files = {row["path"]: row for row in rows(watch.out, "files")}
    failed = {row["path"] for row in rows(watch.out, "failures")}
    documents = rows(watch.out, "documents")
    events = watch.events()
    wrong = [f"{name} is in two tables" for name in files.keys() & failed]
    wrong += [
        f"{name} is listed twice"
        for name, count in Counter(r["path"] for r in rows(watch.out, "files")).items()
        if count > 1
    ]
    for name, digest in plan.final.items():
        if name in plan.failing:
            if name not in failed:
                wrong.append(f"{name} should have failed")
        elif name not in files:
            wrong.append(f"{name} is missing" + (" (failed)" if name in failed else ""))
        elif files[name]["source_sha256"] != digest:
            wrong.append(f"{name} is listed with a content it does not have")
    wrong += [f"{name} is unexpected" for name in (files.keys() | failed) - plan.final.keys() - plan.fleeting]
    wrong += [
        f"{name} was taken half-written"
        for name, row in files.items()
        if row["source_sha256"] not in plan.whole
    ]
    contents = {row["source_sha256"] for row in files.values()}
    wrong += (
        [f"{len(documents)} documents of {len(contents)} contents"] if len(documents) != len(contents) else []
    )
    read = Counter((event["file"], tuple(event["doc_ids"])) for event in events if event["event"] == "done")
    wrong += [f"{file} was read {count} times" for (file, _), count in read.items() if count > 1]
    refused = {event["file"] for event in events if event["event"] == "refused"}
    wrong += [f"{name} was not refused" for name in plan.refused - refused]
    wrong += [
        f"{event['event']}: {event['message']}" for event in events if event["event"] in ("bug", "trouble")
    ]
    for row in documents:
        if row["source_file"].endswith(".txt"):
            text = (watch.out / row["text_file"]).read_text(encoding="utf-8")
            number = row["number"].lstrip("'")
            if f"Hồ sơ {number}." not in text:
                wrong.append(f"{row['source_file']}: text and number do not belong together")
    return wrong


def check_moved(plan: Plan) -> list[str]:
    wrong = []
    left = {
        path.relative_to(plan.inbox).as_posix()
        for path in plan.inbox.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name != ".lock"
    }
    for name, digest in plan.final.items():
        is_locked = name.startswith("locked") and name in plan.failing
        place = name if is_locked else f"failed/{name}" if name in plan.failing else f"done/{name}"
        path = plan.inbox / place
        if not path.is_file():
            wrong.append(f"{name} was not moved to {place}")
        elif not is_locked and sha(path.read_bytes()) != digest:
            wrong.append(f"{place} has another content")
        left.discard(place)
        left.discard(f"{place}.error.txt")
    return wrong + [f"{name} is left over" for name in left - plan.refused]


def full_disk(folder: Path) -> list[str]:
    """A watch whose output disk is full at first, and has room later, reads every file."""
    small = folder / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        print("full disk: skipped, file systems may not be mounted here")
        return []
    try:
        inbox, out, filler = folder / "in2", small / "out", small / "filler"
        for number in range(20):
            write(inbox / f"{number}.txt", letter(9000 + number))
        out.mkdir()
        with suppress(OSError), filler.open("wb") as file:
            file.write(bytes(2_700_000))
        watch = Watch(inbox, out, folder / "full.log", "--jobs", "1")
        time.sleep(40)
        troubles = [event for event in watch.events() if event["event"] == "trouble"]
        told = subprocess.run([str(SOHOA), "status", str(out)], capture_output=True, check=False).returncode
        filler.unlink()
        time.sleep(75)
        watch.stop()
        done = {event["file"] for event in watch.events() if event["event"] in ("done", "known")}
        listed = {row["path"] for row in rows(out, "files")}
        print(
            f"full disk: in trouble {len(troubles)} times (status: exit code {told}),"
            f" then {len(listed)} of 20 read"
        )
        wrong = [] if troubles else ["the disk was not full; the test shows nothing"]
        return wrong + [f"{20 - len(listed)} files lost on a full disk"] * (
            len(listed) != 20 or len(done) != 20
        )
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--files", type=int, default=500)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--jobs", type=int, default=2)
    ask.add_argument("--move", choices=("stay", "done"), default="stay")
    ask.add_argument("--keep", type=Path, help="keep inputs, tables and log here")
    options = ask.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="sohoa-watch-"))
    plan = make_plan(folder, options.files, options.seed, stay=options.move == "stay")
    plan.inbox.mkdir(parents=True, exist_ok=True)
    watch = Watch(
        plan.inbox, folder / "out", folder / "log", "--jobs", str(options.jobs), "--move", options.move
    )
    try:
        time.sleep(3)
        wrong = drop(plan, watch, DROP_SECONDS / 2)
        took = wait_until_quiet(watch)
        wrong += account(plan, watch)
        wrong += check_moved(plan) if options.move == "done" else []
        before = watch.cpu_seconds()
        time.sleep(IDLE_SECONDS)
        idle = 100 * (watch.cpu_seconds() - before) / IDLE_SECONDS
        status = watch.status()
        stop = watch.stop()
    finally:
        if watch.process.poll() is None:
            watch.kill()
    counts = Counter(event["event"] for event in watch.events())
    total = len(plan.final) + len(plan.fleeting) + len(plan.refused)
    print(f"{total} files dropped in {DROP_SECONDS:g} s, quiet {took:.0f} s later; originals: {options.move}")
    print("events:", ", ".join(f"{number} {event}" for event, number in sorted(counts.items())))
    print(
        f"status: {status.get('done')} contents done, {status.get('failures')} failures,"
        f" queue {status.get('queue')}"
    )
    print(f"idle: {idle:.2f} % of a core over {IDLE_SECONDS:g} s; stopped {stop:.1f} s after SIGTERM")
    wrong += [f"idle watch takes {idle:.2f} %"] if idle >= 1 else []
    wrong += [f"took {stop:.1f} s to stop"] if stop > 10 else []
    wrong += full_disk(folder) if options.move == "stay" else []
    print(f"accounted for exactly once: {'all' if not wrong else 'NOT all'}")
    for line in wrong[:40]:
        print("WRONG", line)
    if not options.keep:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
