"""Addresses in our form: BigCommerce writes states as names, rules as ISO 3166-2 (``US-TX``)."""

from plugin.domain.facts import Address
from plugin.domain.text import fold
from plugin.platforms.bigcommerce.values import country, text


def _codes(told: str) -> dict[str, str]:
    """Folded name → code, from lines of ``XX Name, YY Name``."""
    each = (part.strip().partition(" ") for part in told.replace("\n", ",").split(",") if part.strip())
    return {fold(name): code for code, _, name in each}


REGIONS = {
    "US": _codes(
        """AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware
        DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa
        KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota
        MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey
        NM New Mexico, NY New York, NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon
        PA Pennsylvania, RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah
        VT Vermont, VA Virginia, WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming, AS American Samoa
        GU Guam, MP Northern Mariana Islands, PR Puerto Rico, VI Virgin Islands, AA Armed Forces Americas
        AE Armed Forces Europe, AP Armed Forces Pacific"""
    ),
    "CA": _codes(
        """AB Alberta, BC British Columbia, MB Manitoba, NB New Brunswick, NL Newfoundland and Labrador
        NS Nova Scotia, NT Northwest Territories, NU Nunavut, ON Ontario, PE Prince Edward Island, QC Quebec
        QC Québec, SK Saskatchewan, YT Yukon, YT Yukon Territory"""
    ),
    "AU": _codes(
        """ACT Australian Capital Territory, NSW New South Wales, NT Northern Territory, QLD Queensland
        SA South Australia, TAS Tasmania, VIC Victoria, WA Western Australia"""
    ),
}
"""Names of states in the countries whose addresses choose one from a list. Elsewhere the name itself stands."""


def region(land: str | None, state: str | None) -> str | None:
    """The state with its country: by its code where we know it, else as it is written."""
    told = text(state)
    if land is None or told is None:
        return None
    return f"{land}-{REGIONS.get(land, {}).get(fold(told), told.upper())}"


def address(code: str | None, state: str | None, city: str | None, postcode: str | None, main: bool = False) -> Address:
    """An address; what is no country is left out."""
    land = country(code)
    return Address(land, region(land, state), text(city), text(postcode), main=main)


def sent_to(shipping: Address | None, billing: Address) -> Address:
    """Where the order belongs: what needs no shipping belongs where the bill goes."""
    return billing if shipping is None or shipping.country is None else shipping
