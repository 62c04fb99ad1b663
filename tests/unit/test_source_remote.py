"""Input and results by address: what is new is copied, what is odd is refused, and trouble is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError, MissingDependency, OutputError
from pipeline.source.remote import fetched, is_address, mirror, publish

fsspec = pytest.importorskip("fsspec", reason='fsspec is not installed: pip install "sohoa[cluster]"')


@pytest.fixture
def store() -> Iterator[Any]:
    """An empty store in memory."""
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    yield memory
    memory.store.clear()


def test_documents_come_over_with_their_folders_and_the_rest_stays(store: Any, tmp_path: Path) -> None:
    store.pipe(
        {"/scans/h1/a.pdf": b"one", "/scans/b.TIF": b"two", "/scans/notes.md": b"", "/scans/.x/c.pdf": b""}
    )
    mirror("memory://scans", tmp_path / "copy")
    copied = sorted(
        path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*.*")
    )
    assert copied == [".mirror.json", "b.TIF", "h1/a.pdf"]
    assert (tmp_path / "copy/h1/a.pdf").read_bytes() == b"one"


def test_a_second_copy_takes_only_what_changed(store: Any, tmp_path: Path) -> None:
    store.pipe({"/scans/a.pdf": b"one", "/scans/b.pdf": b"two"})
    mirror("memory://scans", tmp_path)
    (tmp_path / "a.pdf").write_bytes(b"kept as it is")
    store.pipe({"/scans/b.pdf": b"three"})
    mirror("memory://scans", tmp_path)
    assert (tmp_path / "a.pdf").read_bytes() == b"kept as it is"
    assert (tmp_path / "b.pdf").read_bytes() == b"three"


def test_one_file_may_be_named(store: Any, tmp_path: Path) -> None:
    store.pipe({"/scans/a.pdf": b"one"})
    assert sorted(path.name for path in mirror("memory://scans/a.pdf", tmp_path).glob("*.pdf")) == ["a.pdf"]


def test_an_address_without_documents_is_an_input_error(store: Any, tmp_path: Path) -> None:
    store.pipe({"/scans/readme.md": b""})
    with pytest.raises(InputError, match="no documents under memory://scans"):
        mirror("memory://scans", tmp_path)


def test_a_store_nobody_knows_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere://x"):
        mirror("nowhere://x", tmp_path)


def test_a_full_disk_is_no_trouble_of_the_store(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.pipe({"/scans/a.pdf": b"one"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(store), "get_file", full)
    with pytest.raises(OutputError, match="No space left"):
        mirror("memory://scans", tmp_path)


def test_results_go_there_without_the_ledger_and_only_once(store: Any, tmp_path: Path) -> None:
    for name in ("documents.csv", "text/ab.txt", "ledger.sqlite", "ledger.sqlite-wal", ".lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert publish(tmp_path, "memory://results") == 2
    assert sorted(store.find("/results")) == ["/results/documents.csv", "/results/text/ab.txt"]
    assert publish(tmp_path, "memory://results") == 0
    (tmp_path / "documents.csv").write_text("new")
    assert publish(tmp_path, "memory://results") == 1
    assert store.cat("/results/documents.csv") == b"new"


def test_a_fetched_file_follows_its_address(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    store.pipe({"/scans/a.pdf": b"one"})
    first = fetched("memory://scans/a.pdf")
    assert (first.read_bytes(), first.suffix, fetched("memory://scans/a.pdf")) == (b"one", ".pdf", first)
    store.pipe({"/scans/a.pdf": b"other"})
    assert fetched("memory://scans/a.pdf").read_bytes() == b"other"


def test_paths_are_no_addresses() -> None:
    assert not any(is_address(text) for text in ("scans", "/a/b.pdf", "C:\\scans", "://x", "s3://"))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket on a real S3 server of this machine."""
    pytest.importorskip("s3fs", reason="s3fs is not installed")
    server = pytest.importorskip("moto.server", reason="moto[server] is not installed")
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3 = fsspec.filesystem("s3", skip_instance_cache=True)
    s3.mkdir("archive")
    yield s3
    running.stop()


def test_s3_both_ways(bucket: Any, tmp_path: Path) -> None:
    bucket.pipe("archive/scans/a.txt", "Số: 12/QĐ-SNV".encode())
    copy = mirror("s3://archive/scans", tmp_path / "in")
    assert (copy / "a.txt").read_text(encoding="utf-8") == "Số: 12/QĐ-SNV"
    (tmp_path / "out").mkdir()
    (copy / "a.txt").replace(tmp_path / "out/documents.csv")
    assert publish(tmp_path / "out", "s3://archive/tables") == 1
    bucket.invalidate_cache()
    assert bucket.find("archive/tables") == ["archive/tables/documents.csv"]


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(MissingDependency, match=r"sohoa\[cluster\]"):
        mirror("s3://archive", tmp_path)
