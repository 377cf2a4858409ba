"""What the engine could not do, and for which segment."""

from plugin.domain.errors import RegularsError
from plugin.domain.ids import SegmentId


class EngineError(RegularsError):
    """A plan could not be compiled or evaluated; ``segment_id`` and ``segment`` name the culprit when known."""

    code = "engine"

    def __init__(self, message: str, segment_id: SegmentId | None = None, segment: str | None = None) -> None:
        super().__init__(message, segment_id=segment_id, segment=segment)
        self.segment_id = segment_id
        self.segment = segment
