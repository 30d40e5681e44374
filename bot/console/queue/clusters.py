"""Brings together what was asked in different words, by the letters that the words share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.store.sql.questions import Wording

LETTERS = (2, 4)
"""Letters of the groups that words are compared by: endings and slips of the pen matter less."""
FAR = 0.8
"""Cosine distance from which on wordings are not about the same thing; tried on real questions."""
MOST_COMPARED = 1_500
"""Wordings of a language that are compared, the commonest; so many hold up no page. Others stay
alone."""


@dataclass(frozen=True)
class Cluster:
    """Wordings that ask the same, the commonest first; all in one language."""

    language: str
    wordings: tuple[Wording, ...]

    @property
    def times(self) -> int:
        """How often it was asked."""
        return sum(wording.times for wording in self.wordings)

    @property
    def at(self) -> float:
        """When it was asked last."""
        return max(wording.at for wording in self.wordings)


def find_clusters(asked: Mapping[Wording, str]) -> tuple[Cluster, ...]:
    """Clusters of what was asked, the commonest first.

    Args:
        asked: The plain words of each wording.
    """
    clusters = []
    for language in sorted({wording.language for wording in asked}):
        ours = sorted(
            (wording for wording in asked if wording.language == language),
            key=lambda wording: (-wording.times, -wording.at, wording.mark),
        )
        compared = [asked[wording] for wording in ours[:MOST_COMPARED]]
        groups = [*_alike(compared), *([place] for place in range(len(compared), len(ours)))]
        clusters += [
            Cluster(language, tuple(ours[place] for place in sorted(places))) for places in groups
        ]
    return tuple(sorted(clusters, key=lambda cluster: (-cluster.times, -cluster.at)))


def _alike(texts: Sequence[str]) -> Iterator[list[int]]:
    """Places of texts that belong together."""
    if len(texts) < 2:
        yield from ([place] for place in range(len(texts)))
        return
    # Loading these takes a second, which only the watch's thread should wait for.
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.feature_extraction.text import TfidfVectorizer
    from threadpoolctl import threadpool_limits

    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=LETTERS, sublinear_tf=True)
    with threadpool_limits(1):
        weights = letters.fit_transform(texts)
        distances = 1.0 - (weights @ weights.T).toarray().clip(0.0, 1.0)
        labels = AgglomerativeClustering(
            n_clusters=None, metric="precomputed", linkage="average", distance_threshold=FAR
        ).fit_predict(distances)
    together: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        together.setdefault(int(label), []).append(place)
    yield from together.values()
