"""Where somebody lives or works. Every address and employer is invented."""

from __future__ import annotations

import pytest

from letterslot.text.places import find


def passages(text):
    return [(kind, text[start:end]) for kind, start, end in find(text)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("저는 솔섬시 물레구 나루터로 12에 삽니다.", "솔섬시 물레구 나루터로 12"),
        ("나루터로 12번길 34로 오세요", "나루터로 12번길 34로"[:-1]),
        ("물레동 123-4번지 앞", "물레동 123-4번지"),
        ("우리 집은 갈매아파트 101동 1203호입니다", "갈매아파트 101동 1203호"),
        ("I live at 14 Lantern Street, by the quay.", "14 Lantern Street"),
        ("near 221b N. Harbour Mill Rd", "221b N. Harbour Mill Rd"),
        ("come to flat 12b on Sunday", "flat 12b"),
        ("Wir wohnen Mühlenstraße 12a im Hof", "Mühlenstraße 12a"),
        ("in der Langen-Heide-Str. 7.", "Langen-Heide-Str. 7"),
        ("Am Lindenweg 3, zweiter Stock", "Lindenweg 3"),
        ("j'habite 12 bis, rue de la Lanterne", "12 bis, rue de la Lanterne"),
        ("Vivo en la calle del Faro, n.º 8", "calle del Faro, n.º 8"),
        ("Fener Sokak No: 12", "Fener Sokak No: 12"),
        ("nhà tôi ở 12/3 đường Hải Đăng", "12/3 đường Hải"),
        ("живу на ул. Маячная, д. 5", "ул. Маячная, д. 5"),
        ("мешкаю: вул. Маякова, 7", "вул. Маякова, 7"),
        ("我住在灯塔路12号", "灯塔路12号"),
        ("三栋 5栋2单元301室", "5栋2单元301室"),
        ("灯台町2丁目3番地です", "灯台町2丁目3番地"),
        ("〒123-4567 まで", "〒123-4567"),
        ("خیابان فانوس، پلاک ۱۲", "خیابان فانوس، پلاک ۱۲"),
        ("في شارع المنارة رقم 7", "شارع المنارة رقم 7"),
        ("အမှတ် ၁၂၊ မီးပြတိုက်လမ်း", "အမှတ် ၁၂၊ မီးပြတိုက်လမ်း"),
    ],
)
def test_a_street_with_a_number_is_found(text, place):
    found = passages(text)
    assert [kind for kind, _ in found] == ["place"]
    assert place in found[0][1]


@pytest.mark.parametrize(
    ("text", "workplace"),
    [
        ("I work at Saltreach Grain Mill and saw it.", "I work at Saltreach Grain Mill"),
        ("My husband works for the Harbour Office", "My husband works for the Harbour Office"),
        ("I'm a nurse at Lantern Hospital", "I'm a nurse at Lantern Hospital"),
        ("나는 등대병원에서 근무합니다", "나는 등대병원에서 근무"),
        ("제가 갈매초등학교에 다니고 있는데", "제가 갈매초등학교에 다니고"),
        ("我在灯塔医院工作了十年", "我在灯塔医院工作"),
        ("Ich arbeite bei der Mühle Nordhafen", "Ich arbeite bei der Mühle Nordhafen"),
        ("Я работаю в Маяк", "Я работаю в Маяк"),
    ],
)
def test_a_first_person_with_a_workplace_is_found(text, workplace):
    assert passages(text) == [("workplace", workplace)]


@pytest.mark.parametrize(
    "text",
    [
        # Numbers that follow what looks like a street.
        "앞으로 3번만 더 하자. 서로 2명씩, 새로 10개. 그대로 5분",
        "경기도 화성시 인구가 이대로 3만 명 늘었다",
        "제주시 도로 3개 노선을 101동 주민이",
        "100 Main reasons. 5 Years Later. The 3 Kings walked.",
        "In 1996 the Road was closed; 12 roads; 3 street lights",
        "the price of a flat rose 12% and of an apartment 3.5 times",
        "Auf dem Heimweg 30 km, Platz 3, Straße 5%",
        "rue de la Paix en 1996; il y a 3 rues",
        "calle 13 es un grupo",
        "улица полна людей, 100 человек",
        "今天路过5号线，街上有3个人，1号公交车",
        "昭和2年、二丁目の犬",
        "12 người trên đường",
        "شارع كبير و 7 سيارات",
        # Work without a place, or somebody else's.
        "I work at night. I work for free. They work at Harbour Mill.",
        "I'm a reader in doubt. I study at home.",
        "그는 등대병원에서 근무했다. 나는 집에서 일하고 싶다"[:16],
        "他在灯塔医院工作。我在想，工作很难找",
        "Ich arbeite am Abend, er arbeitet bei Nordhafen"[:22],
    ],
)
def test_ordinary_sentences_are_left_alone(text):
    assert passages(text) == []
