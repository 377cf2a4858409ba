"""Names and places to draw customers from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A city as an address writes it."""

    city: str
    zip: str
    province: str | None = None
    province_code: str | None = None


@dataclass(frozen=True, slots=True)
class Land:
    """A country with some of its people."""

    code: str
    name: str
    locale: str
    street: str
    """How a street and a number are written."""
    first: tuple[str, ...]
    last: tuple[str, ...]
    places: tuple[Place, ...]


LANDS = (
    Land(
        "DE", "Germany", "de", "Lindenstraße {n}",
        ("Anna", "Jonas", "Lena", "Paul", "Mia", "Felix", "Clara", "Emre", "Sophie", "Lukas", "Greta", "Tarek",
         "Hannah", "Moritz", "Ida", "Ben", "Johanna", "Finn", "Aylin", "Karl"),
        ("Müller", "Schmidt", "Fischer", "Weber", "Yılmaz", "Becker", "Schulz", "Hoffmann", "Koch", "Richter",
         "Wolf", "Neumann", "Krüger", "Zimmermann", "Vogel", "Lorenz", "Kaya", "Sommer"),
        (Place("Berlin", "10115"), Place("Hamburg", "20095"), Place("München", "80331"), Place("Köln", "50667"),
         Place("Leipzig", "04109"), Place("Freiburg", "79098")),
    ),
    Land(
        "AT", "Austria", "de", "Ringgasse {n}",
        ("Katharina", "Florian", "Theresa", "David", "Magdalena", "Simon"),
        ("Gruber", "Huber", "Steiner", "Moser", "Hofer", "Leitner"),
        (Place("Wien", "1010"), Place("Graz", "8010"), Place("Innsbruck", "6020")),
    ),
    Land(
        "CH", "Switzerland", "de", "Seeweg {n}",
        ("Nina", "Luca", "Laura", "Noah", "Sarah", "Nico"),
        ("Meier", "Keller", "Frei", "Brunner", "Baumann", "Gerber"),
        (Place("Zürich", "8001"), Place("Bern", "3011"), Place("Basel", "4001")),
    ),
    Land(
        "FR", "France", "fr", "{n} rue des Lilas",
        ("Camille", "Louis", "Chloé", "Hugo", "Inès", "Gabriel"),
        ("Martin", "Bernard", "Petit", "Moreau", "Lefèvre", "Garnier"),
        (Place("Paris", "75011"), Place("Lyon", "69002"), Place("Nantes", "44000")),
    ),
    Land(
        "NL", "Netherlands", "nl", "Molenstraat {n}",
        ("Sanne", "Daan", "Femke", "Sem", "Lotte", "Bram"),
        ("de Jong", "Bakker", "Visser", "Smit", "Mulder", "van Dijk"),
        (Place("Amsterdam", "1012 AB"), Place("Utrecht", "3511 CE"), Place("Groningen", "9712 EX")),
    ),
    Land(
        "GB", "United Kingdom", "en", "{n} Mill Lane",
        ("Olivia", "Harry", "Isla", "Owen", "Amelia", "Rhys"),
        ("Taylor", "Evans", "Hughes", "Walker", "O'Neill", "Patel"),
        (Place("London", "E1 6AN", "England", "ENG"), Place("Leeds", "LS1 4AP", "England", "ENG"),
         Place("Glasgow", "G1 1XQ", "Scotland", "SCT")),
    ),
    Land(
        "US", "United States", "en", "{n} Maple Avenue",
        ("Emma", "Mason", "Ava", "Ethan", "Zoe", "Caleb", "Maya", "Diego"),
        ("Johnson", "Garcia", "Nguyen", "Miller", "Robinson", "Clark", "Rivera", "Kim"),
        (Place("Portland", "97204", "Oregon", "OR"), Place("Austin", "78701", "Texas", "TX"),
         Place("New York", "10011", "New York", "NY")),
    ),
    Land(
        "CA", "Canada", "en", "{n} Cedar Street",
        ("Charlotte", "Liam", "Maude", "Nathan"),
        ("Tremblay", "MacDonald", "Roy", "Singh"),
        (Place("Toronto", "M5H 2N2", "Ontario", "ON"), Place("Montréal", "H2Y 1C6", "Quebec", "QC")),
    ),
    Land(
        "SE", "Sweden", "sv", "Björkgatan {n}",
        ("Elsa", "Oskar", "Alva", "Nils"),
        ("Lindberg", "Ekström", "Sandberg", "Nyström"),
        (Place("Stockholm", "111 20"), Place("Göteborg", "411 04")),
    ),
    Land(
        "ES", "Spain", "es", "Calle del Olmo {n}",
        ("Lucía", "Mateo", "Carmen", "Pablo"),
        ("Navarro", "Ortega", "Ruiz", "Serrano"),
        (Place("Madrid", "28012", "Madrid", "M"), Place("Valencia", "46001", "Valencia", "V")),
    ),
)  # fmt: skip
"""A shop's own country is drawn six times in ten; the others share the rest."""

MERCHANT_TAGS = ("newsletter", "VIP", "wholesale", "Local pickup", "influencer", "staff", "b2b-lead", "returns often")
NOTES = (
    "Prefers parcels to the office.",
    "Met at the spring market.",
    "Asked about wide fits.",
    "Call before delivery.",
)
