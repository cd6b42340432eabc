"""The files that the scripts read, made anew for each test: the same bytes on every machine."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from pathlib import Path

from sklearn import datasets

_WORDS = {
    "good": ["fine", "great", "lovely", "happy", "bright", "warm", "fresh", "kind"],
    "bad": ["awful", "broken", "cold", "sad", "dull", "late", "noisy", "rude"],
    "any": ["room", "staff", "meal", "window", "street", "morning", "ticket", "price", "garden", "music"],
}


def write_all(folder: Path) -> None:
    """Writes every file into `folder`."""
    for name, (header, rows) in {
        "credit": _credit(),
        "census": _census(),
        "iris": _iris(),
        "passengers": _passengers(),
        "houses": _houses(),
        "reviews": _reviews(),
        "wine": _wine(),
    }.items():
        _write(folder / f"{name}.csv", header, rows)
    _write(folder / "ports.csv", ["Embarked", "Distance"], [["C", 310], ["Q", 120], ["S", 45]])


def _write(path: Path, header: list[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _credit() -> tuple[list[str], list[list[object]]]:
    draw = random.Random(1)
    rows: list[list[object]] = []
    for number in range(160):
        late = int(draw.random() < 0.4)
        limit = 10_000 * (1 + int(9 * draw.random()))
        paid = (0.1 if late else 0.8) * limit * draw.random()
        person = [1 + int(2 * draw.random()), 1 + int(4 * draw.random()), 21 + int(40 * draw.random())]
        account = [late + int(2 * draw.random()), round(limit * draw.random(), 2), round(paid, 2)]
        rows.append([number, limit, *person, *account, late])
    return ["ID", "LIMIT_BAL", "SEX", "EDUCATION", "AGE", "PAY_0", "BILL_AMT1", "PAY_AMT1", "default"], rows


def _census() -> tuple[list[str], list[list[object]]]:
    draw = random.Random(2)
    rows: list[list[object]] = []
    for _ in range(150):
        rich = draw.random() < 0.5
        rows.append([20 + int(25 * draw.random()) + 15 * rich, draw.choice(["Private", "State-gov", "Self-emp"]),
                     draw.choice(["Masters", "Doctorate"] if rich else ["HS-grad", "Bachelors", "11th"]),
                     draw.choice(["Married", "Never-married", "Divorced"]), 20 + int(30 * draw.random()) + 10 * rich,
                     ">50K" if rich else "<=50K"])  # fmt: skip
    return ["age", "workclass", "education", "marital_status", "hours", "income"], rows


def _iris() -> tuple[list[str], list[list[object]]]:
    """With the faults of a file typed by hand: lengths in metres, names with typing errors."""
    iris = datasets.load_iris()
    rows: list[list[object]] = []
    for number, (values, target) in enumerate(zip(iris.data.tolist(), iris.target.tolist(), strict=True)):
        name = "Iris-" + str(iris.target_names[target])
        if number % 50 == 7:
            name = name.replace("setosa", "setossa").replace("Iris-versicolor", "versicolor")
        if 76 < number < 82:
            values[0] = round(values[0] / 100, 3)
        rows.append([*values, name])
    return ["sepal_length", "sepal_width", "petal_length", "petal_width", "class"], rows


def _passengers() -> tuple[list[str], list[list[object]]]:
    draw = random.Random(3)
    rows: list[list[object]] = []
    for number in range(1, 161):
        sex = draw.choice(["male", "female"])
        ticket = draw.choice([1, 2, 3])
        survived = int((sex == "female") != (draw.random() < 0.1))
        age: object = "" if draw.random() < 0.2 else 1 + int(70 * draw.random())
        port = "" if draw.random() < 0.02 else draw.choice(["S", "C", "Q"])
        rows.append(
            [number, survived, ticket, f"Person {number}", sex, age, round(80 / ticket * draw.random(), 4), port]
        )
    return ["PassengerId", "Survived", "Pclass", "Name", "Sex", "Age", "Fare", "Embarked"], rows


def _houses() -> tuple[list[str], list[list[object]]]:
    draw = random.Random(4)
    rows: list[list[object]] = []
    for _ in range(140):
        area = 40 + int(160 * draw.random())
        rooms = 1 + area // 30
        age = int(80 * draw.random())
        quarter = draw.choice(["north", "south", "harbour"])
        price = 2500 * area - 900 * age + 30_000 * (quarter == "harbour") + 20_000 * draw.random()
        rows.append([area, rooms, age, quarter, round(price)])
    return ["area", "rooms", "age", "quarter", "price"], rows


def _reviews() -> tuple[list[str], list[list[object]]]:
    draw = random.Random(5)
    rows: list[list[object]] = []
    for _ in range(120):
        mood = draw.choice(["good", "bad"])
        words = [draw.choice(_WORDS[mood]) for _ in range(3)] + [draw.choice(_WORDS["any"]) for _ in range(4)]
        draw.shuffle(words)
        rows.append([" ".join(words), mood])
    return ["text", "mood"], rows


def _wine() -> tuple[list[str], list[list[object]]]:
    wine = datasets.load_wine()
    rows = [[*values, target] for values, target in zip(wine.data.tolist(), wine.target.tolist(), strict=True)]
    return [*wine.feature_names, "cultivar"], rows
