"""An invented county: its code begins with 57, which GB/T 2260 has never given to a province, so nothing here is a place.

Names are made up too; the generator's test looks them up in the list of real counties and townships.
"""

from dataclasses import dataclass
from random import Random

COUNTY_CODE = "570126"
COUNTY_NAME = "云岫县"
COUNTY_ENGLISH = "Yunxiu County"
NEIGHBOUR_CODE = "570228"  # where migrant households are registered
NEIGHBOUR_NAME = "霜桥县"

PUPILS_PER_TOWNSHIP = 330  # invented: six townships at 2,000 pupils
TOWNSHIPS_AT_LEAST = 2
VILLAGES_PER_TOWNSHIP = 4

_TOWNSHIPS = (
    ("岫云镇", "Xiuyun Town"),
    ("雾箐镇", "Wuqing Town"),
    ("桐渡镇", "Tongdu Town"),
    ("麦迭乡", "Maidie Township"),
    ("石笋湾乡", "Shisunwan Township"),
    ("槲寨乡", "Huzhai Township"),
    ("鹿鸣坳乡", "Lumingao Township"),
    ("漱石乡", "Shushi Township"),
    ("芦笙坪镇", "Lushengping Town"),
    ("枫渚乡", "Fengzhu Township"),
    ("梨花箐乡", "Lihuaqing Township"),
    ("松涛坞乡", "Songtaowu Township"),
    ("藤桥坝镇", "Tengqiaoba Town"),
    ("栗子垭乡", "Liziya Township"),
    ("蕨岭乡", "Jueling Township"),
    ("鸣雀乡", "Mingque Township"),
    ("苍烟乡", "Cangyan Township"),
    ("浣溪坪乡", "Huanxiping Township"),
    ("望鹤乡", "Wanghe Township"),
    ("银杏渡镇", "Yinxingdu Town"),
    ("鹰嘴垭乡", "Yingzuiya Township"),
    ("流萤乡", "Liuying Township"),
    ("蓼汀乡", "Liaoting Township"),
    ("烟萝镇", "Yanluo Town"),
)
_VILLAGE_HEADS = (("上", "Shang"), ("下", "Xia"), ("新", "Xin"), ("云", "Yun"), ("青", "Qing"), ("白", "Bai"))
_VILLAGE_TAILS = (
    ("箐口", "qingkou"),
    ("蕨坪", "jueping"),
    ("槲坝", "huba"),
    ("雀岩", "queyan"),
    ("溪垴", "xinao"),
    ("桐垭", "tongya"),
    ("藤湾", "tengwan"),
    ("鹭滩", "lutan"),
)


@dataclass(frozen=True, slots=True)
class Village:
    code: str
    name: str
    english: str


@dataclass(frozen=True, slots=True)
class Township:
    code: str
    name: str
    english: str
    villages: tuple[Village, ...]


def townships(chance: Random, *, pupils: int) -> tuple[Township, ...]:
    """As many townships as a county of this size has, each with its villages; the first one is the county seat."""
    count = min(max(TOWNSHIPS_AT_LEAST, round(pupils / PUPILS_PER_TOWNSHIP)), len(_TOWNSHIPS))
    return tuple(
        Township(code := f"{COUNTY_CODE}{100 + place}", name, english, _villages(chance, code))
        for place, (name, english) in enumerate(_TOWNSHIPS[:count])
    )


def _villages(chance: Random, township_code: str) -> tuple[Village, ...]:
    pairs = chance.sample([(head, tail) for head in _VILLAGE_HEADS for tail in _VILLAGE_TAILS], VILLAGES_PER_TOWNSHIP)
    return tuple(
        Village(f"{township_code}{200 + place}", f"{head[0]}{tail[0]}村", f"{head[1]}{tail[1]} Village")
        for place, (head, tail) in enumerate(pairs)
    )
