"""What the ffmpeg at hand, and the GPU given to a conversion, were seen to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gpu:
    """One NVIDIA card, as proved by real work inside the runner.

    `index` is the driver's number for it. `encoders` are pairs of encoder and bits per sample that
    passed a test encode (``("hevc_nvenc", 10)``); `decoders` pairs of codec and bits per sample
    that passed a test decode (``("h264", 8)``); `filters` the CUDA filters that ran.
    """

    index: int
    name: str
    driver: str
    encoders: frozenset[tuple[str, int]] = frozenset()
    decoders: frozenset[tuple[str, int]] = frozenset()
    filters: frozenset[str] = frozenset()

    def encodes(self, encoder: str, bits: int) -> bool:
        """Whether this encoder works at this depth."""
        return (encoder, bits) in self.encoders

    def decodes(self, codec: str, bits: int) -> bool:
        """Whether the card decodes this codec at this depth."""
        return (codec, bits) in self.decoders

    @property
    def works(self) -> bool:
        """Whether it is of any use."""
        return bool(self.encoders or self.decoders)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a conversion may count on. `filters` and `encoders` by ffmpeg's names, `decoders` by
    the codecs' names; `gpu` the card that this conversion was given, None without one."""

    version: str
    filters: frozenset[str]
    encoders: frozenset[str]
    gpu: Gpu | None = None
    decoders: frozenset[str] = frozenset()
