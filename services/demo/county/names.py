"""Invented names in the forms of five peoples: with surname, with clan, without either, and with a dot before the father's."""

from random import Random

from services.contracts.identity_numbers import Sex

ETHNICITY_SHARES = {"彝族": 0.16, "苗族": 0.12, "藏族": 0.08, "维吾尔族": 0.06}
HAN = "汉族"
LANGUAGES = {"彝族": "彝语", "苗族": "苗语", "藏族": "藏语", "维吾尔族": "维吾尔语"}

_HAN_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_MIAO_SURNAMES = "龙吴石麻杨潘欧熊"
_CLANS = ["阿苏", "吉克", "沙马", "曲木", "勒格", "阿尔", "吉木", "海来", "俄木", "布吉"]
_GIVEN_FIRST: dict[Sex, str] = {"male": "志建文永国明家俊子浩宇晓德正天成", "female": "秀玉春小晓雨思佳梦婷雪红美静慧欣"}
_GIVEN_LAST: dict[Sex, str] = {"male": "强伟军平华林峰涛杰辉鹏飞龙斌阳", "female": "芳兰英梅琴莲珍燕霞娟萍花怡琳月"}
_TWO_CHARACTERS_SHARE = 0.7  # of Han given names
_RARE = "𠅤𣲘𬭎𬀩𬍛𤧛𫘜𬞟"  # beyond the basic plane: four bytes in GB18030, a surrogate pair elsewhere
_MIAO_GIVEN: dict[Sex, list[str]] = {
    "male": ["阿岩", "老金", "正明", "金宝", "阿略", "岩保", "通海", "老福"],
    "female": ["阿朵", "金花", "阿妹", "银秀", "仰阿", "阿丽", "金妹", "巧香"],
}
_YI_GIVEN: dict[Sex, list[str]] = {
    "male": ["木呷", "拉且", "伍呷", "日黑", "克布", "尔哈", "木乃", "古布", "铁哈", "伍各"],
    "female": ["阿依", "阿果", "伍果莫", "阿洛莫", "伍牛", "阿呷莫", "子洛", "尔西莫"],
}
_TIBETAN_FIRST = ["扎西", "次仁", "洛桑", "丹增", "格桑", "索朗", "贡布", "平措", "旦增", "白玛"]
_TIBETAN_LAST: dict[Sex, list[str]] = {
    "male": ["多吉", "顿珠", "平措", "旺堆", "罗布", "尼玛", "朗杰"],
    "female": ["卓玛", "央宗", "拉姆", "曲珍", "卓嘎", "旺姆", "措姆"],
}
_UYGHUR_GIVEN: dict[Sex, list[str]] = {
    "male": ["艾力", "吐尔逊", "买买提", "阿卜杜拉", "热合曼", "库尔班", "依明", "艾山", "玉素甫", "木拉提"],
    "female": ["古丽娜尔", "阿依努尔", "热依汗", "帕丽旦", "米热古丽", "祖丽胡马尔", "阿孜古丽", "迪丽拜尔"],
}


def family_name(chance: Random, ethnicity: str) -> str:
    """Surname or clan, or nothing for peoples who have none."""
    if ethnicity in ("藏族", "维吾尔族"):
        return ""
    if ethnicity == "彝族":
        return chance.choice(_CLANS)
    return chance.choice(_MIAO_SURNAMES if ethnicity == "苗族" else _HAN_SURNAMES)


def given_name(chance: Random, ethnicity: str, sex: Sex) -> str:
    match ethnicity:
        case "彝族":
            return chance.choice(_YI_GIVEN[sex])
        case "苗族":
            return chance.choice(_MIAO_GIVEN[sex])
        case "藏族":
            first = chance.choice(_TIBETAN_FIRST)
            return first + chance.choice([last for last in _TIBETAN_LAST[sex] if last != first])
        case "维吾尔族":
            return chance.choice(_UYGHUR_GIVEN[sex])
        case _:
            last = chance.choice(_GIVEN_LAST[sex])
            return chance.choice(_GIVEN_FIRST[sex]) + last if chance.random() < _TWO_CHARACTERS_SHARE else last


def full_name(chance: Random, ethnicity: str, sex: Sex, *, family: str, father: str) -> str:
    """A name as its owner writes it; `father` is the father's given name, used where it is the second part."""
    given = given_name(chance, ethnicity, sex)
    if ethnicity == "维吾尔族":
        return f"{given}·{father or given_name(chance, ethnicity, 'male')}"
    return f"{family}{given}"


def with_rare_hanzi(chance: Random, name: str) -> str:
    """The same name with a last character that not every system can write."""
    return name[:-1] + chance.choice(_RARE)


def officer_name(chance: Random) -> str:
    ethnicity = chance.choice([HAN, HAN, HAN, "彝族", "苗族", "藏族"])
    sex: Sex = chance.choice(["male", "female"])
    return full_name(chance, ethnicity, sex, family=family_name(chance, ethnicity), father="")
