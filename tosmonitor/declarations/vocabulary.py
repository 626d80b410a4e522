"""The closed lists that a declaration picks from, and the everyday names that people write in their place."""

_LANGUAGES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv "
    "ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne "
    "ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st "
    "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)

_JURISDICTIONS = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW EU"
)

#: ISO 639-1, the two-letter language codes.
LANGUAGES = frozenset(_LANGUAGES.split())

#: ISO 3166-1 alpha-2, and "EU", which the standard reserves for the European Union.
JURISDICTIONS = frozenset(_JURISDICTIONS.split())

#: What people call a jurisdiction or a language, and its code.
OTHER_JURISDICTIONS = {
    "UK": "GB", "EN": "GB", "EL": "GR", "EUROPE": "EU", "EEA": "EU", "USA": "US", "FRANCE": "FR", "GERMANY": "DE",
    "WORLD": "", "GLOBAL": "",
}  # fmt: skip
OTHER_LANGUAGES = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it", "dutch": "nl", "us": "en",
    "gb": "en", "cz": "cs", "dk": "da", "jp": "ja", "gr": "el", "se": "sv", "ua": "uk", "cn": "zh", "français": "fr",
}  # fmt: skip

#: What pages call themselves (in lower case), and the terms type that Open Terms Archive's list has for it.
OTHER_TERMS_TYPES = {
    "terms": "Terms of Service", "terms of use": "Terms of Service", "terms and conditions": "Terms of Service",
    "terms & conditions": "Terms of Service", "tos": "Terms of Service", "user agreement": "Terms of Service",
    "terms conditions": "Terms of Service", "conditions of use": "Terms of Service", "eula": "Terms of Service",
    "end user agreement": "Terms of Service", "privacy": "Privacy Policy", "privacy notice": "Privacy Policy",
    "privacy statement": "Privacy Policy", "data policy": "Privacy Policy", "cookies": "Trackers Policy",
    "cookie policy": "Trackers Policy", "cookies policy": "Trackers Policy", "cookie notice": "Trackers Policy",
    "tracker policy": "Trackers Policy", "community standards": "Community Guidelines", "imprint": "Imprint",
    "community rules": "Community Guidelines", "content policy": "Community Guidelines", "legal notice": "Imprint",
    "rules": "Community Guidelines", "impressum": "Imprint", "mentions légales": "Imprint",
    "legal notices": "Imprint", "api terms": "Developer Terms", "developer policy": "Developer Terms",
    "developer agreement": "Developer Terms", "dmca policy": "Copyright Claims Policy",
    "copyright policy": "Copyright Claims Policy", "data processing agreement": "Data Processor Agreement",
    "data processing addendum": "Data Processor Agreement", "dpa": "Data Processor Agreement",
    "advertising policy": "Advertising Content Policy", "ads policy": "Advertising Content Policy",
    "terms of sale": "General Conditions of Sale", "sla": "Service Level Agreement", "aup": "Acceptable Use Policy",
    "usage policy": "Acceptable Use Policy", "accessibility": "Accessibility Statement",
    "ranking": "Ranking Parameters Description", "seller terms": "Marketplace Sellers Conditions",
    "monetisation policy": "Content Monetisation Policy", "monetization policy": "Content Monetisation Policy",
    "business terms": "Commercial Terms",
}  # fmt: skip
