"""Owns the evidence that an element is furniture of a site, not text of a document: names, roles, phrases.

Names are those that authors, frameworks and consent vendors give to such parts in `class` and `id`; no name of a
monitored site is among them. Evidence is weighed in `content`; nothing is decided here.
"""

import re
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise


class Weight(IntEnum):
    """How much a name says: certain whatever it holds; likely unless it holds much text; a hint if made of links."""

    NONE = 0
    HINT = 1
    LIKELY = 2
    CERTAIN = 3


#: Containers that consent managers insert, by id or class (each vendor's documentation).
VENDORS = re.compile(
    r"onetrust|ot-sdk-(?:btn|show-settings)|optanon|cookiebot|cybot|didomi|usercentrics|uc-(?:banner|cmp)|tarteaucitron|axeptio|"
    r"qc-cmp|quantcast|"
    r"sp_message|truste|trustarc|osano|iubenda-cs|cookieyes|cky-|cmplz|moove_gdpr|borlabs|cookiefirst|"
    r"cookie-law-info|cli-(?:modal|bar)|"
    r"klaro|orejime|consentmanager|cmpbox|cmpwrapper|termly|cookie-script|cookiescript|eu-cookie|"
    r"hs-eu-cookie|hs-banner|sirdata|"
    r"appconsent|commanders-act|tc-privacy|privacy-center-|ketch-|transcend-|securiti|fides-|civic-cookie|"
    r"ccc-|cc-window|cc-banner|"
    r"cookieconsent|cookie-consent|shopify-pc__|wt-cli|cookiehub|ch2-|silktide|intercom-(?:container|"
    r"lightweight)|zendesk|launcher-frame|"
    r"drift-|crisp-client|hubspot-messages|grecaptcha|goog-te-|google_translate|st-btn|a2a_kit|addtoany|"
    r"sharethis|addthis",
    re.IGNORECASE,
)
ROLES_CERTAIN = frozenset({"navigation", "search", "dialog", "alertdialog", "menu", "menubar", "tooltip"})
ROLES_LIKELY = frozenset({"banner", "contentinfo", "complementary", "status", "alert", "toolbar"})

_LIKELY = frozenset(
    [
        "breadcrumb",
        "breadcrumbs",
        "newsletter",
        "feedback",
        "helpful",
        "pagination",
        "pager",
        "navbar",
        "navigation",
        "masthead",
        "offcanvas",
        "hamburger",
        "lightbox",
        "toast",
        "snackbar",
        "popup",
        "popin",
        "popover",
        "advert",
        "advertisement",
        "sponsor",
        "sponsored",
        "comments",
        "disqus",
        "megamenu",
        "topbar",
        "subnav",
        "sidenav",
        "subscribe",
        "signup",
        "signin",
        "skiplink",
        "footer",
        "nav",
        "menu",
        "sitefooter",
        "siteheader",
        "globalnav",
        "socials",
        "autopromo",
        "paywall",
        "colophon",
        "fuss",
        "fusszeile",
        "pied",
        "piepagina",
        "rodape",
        "stopka",
        "voettekst",
        "webchat",
        "topicpath",
        "pankuzu",
        "ariane",
        "relatedposts",
        "sharedaddy",
        "testimonial",
        "testimonials",
        "trustpilot",
    ]
)
_HINT = frozenset(
    [
        "sidebar",
        "aside",
        "header",
        "entete",
        "kopf",
        "kopfzeile",
        "cabecera",
        "banner",
        "modal",
        "drawer",
        "overlay",
        "social",
        "share",
        "sharing",
        "related",
        "promo",
        "cta",
        "toolbar",
        "search",
        "login",
        "languages",
        "language",
        "locale",
        "locales",
        "lang",
        "country",
        "region",
        "switcher",
        "selector",
        "dropdown",
        "tags",
        "links",
        "contact",
        "teaser",
        "teasers",
        "recommended",
        "widget",
        "author",
        "byline",
        "next",
        "prev",
        "previous",
        "nextprev",
        "utility",
        "actions",
        "buttons",
        "callout",
        "hero",
        "support",
        "topics",
        "tools",
        "tooltip",
    ]
)
#: Two words of one name that say together what neither says alone.
_ASKED = frozenset({"cookie", "cookies", "consent", "gdpr", "rgpd", "privacy", "tracking", "ccpa"})
_BOXES = [
    "banner",
    "consent",
    "bar",
    "popup",
    "popin",
    "dialog",
    "overlay",
    "wall",
    "modal",
    "layer",
    "message",
    "law",
    "confirm",
    "prompt",
    "disclaimer",
    "toast",
    "alert",
    "wrapper",
    "manager",
    "preferences",
    "settings",
    "box",
    "bandeau",
    "hinweis",
    "aviso",
    "barra",
    "drawer",
    "sheet",
    "control",
    "panel",
]
_NEIGHBOURS = [
    "social-share",
    "share-bar",
    "share-buttons",
    "share-links",
    "related-articles",
    "related-posts",
    "related-content",
    "related-",
    "links",
    "related-pages",
    "related-products",
    "skip-link",
    "skip-links",
    "skip-to",
    "skip-nav",
    "language-switcher",
    "language-",
    "selector",
    "language-picker",
    "language-menu",
    "lang-switcher",
    "lang-selector",
    "lang-switch",
    "language-switch",
    "locale-",
    "switcher",
    "locale-selector",
    "locale-picker",
    "country-selector",
    "region-selector",
    "back-top",
    "site-header",
    "site-footer",
    "global-header",
    "global-footer",
    "page-footer",
    "app-header",
    "main-menu",
    "main-nav",
    "mobile-menu",
    "mobile-nav",
    "side-nav",
    "top-",
    "bar",
    "post-navigation",
    "posts-navigation",
    "chat-widget",
    "live-chat",
    "print-button",
    "article-votes",
    "article-vote",
    "article-",
    "feedback",
    "article-relatives",
    "recently-viewed",
    "you-may",
    "read-next",
    "read-more",
    "up-next",
    "app-banner",
    "app-download",
    "announcement-bar",
    "promo-bar",
    "notification-bar",
    "sign-up",
    "sign-in",
    "log-in",
]
_PAIRS = frozenset((a, b) for a in _ASKED for b in _BOXES) | frozenset(
    (a, b) for a, _, b in (pair.partition("-") for pair in _NEIGHBOURS)
)
_WORDS = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])")
#: Names that deny what they contain ("no-footer", "has-nav", "with-sidebar", "nav-open") stand on layout containers.
_DENIALS = frozenset(
    [
        "no",
        "has",
        "with",
        "without",
        "hide",
        "hidden",
        "not",
        "layout",
        "page",
        "content",
        "main",
        "body",
        "grid",
        "col",
        "columns",
        "container",
    ]
)

#: Names of text that only screen readers are given.
SPOKEN = re.compile(
    r"(?:^|[\s_-])(?:sr-only|sr-text|visually-?hidden|visuallyhidden|screen-?reader(?:-text|-only)?|"
    r"screenreader|a11y-text|u-hiddenvisually|"
    r"assistive-text|offscreen|hidden-visually|clip-hidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
#: Names of what a reader who prints the page does without.
UNPRINTED = re.compile(
    r"(?:^|[\s_-])(?:no-?print|hidden-print|d-print-none|print-hidden|screen-only)(?:$|\s)", re.IGNORECASE
)
#: Names of the links that editors and readers find at a heading, and what such links say.
HANDLES = re.compile(
    r"editsection|edit-section|headerlink|hash-?link|heading-anchor|header-anchor|anchor-?link|anchorjs|permalink",
    re.IGNORECASE,
)
HANDLE = re.compile(
    r"\W*(?:(?:hashtag|link|permalink|anchor|copy link|edit(?: source)?|modifier(?: le code)?|bearbeiten|editar|"
    r"modifica|edytuj|править|編集|编辑)(?:\W.{0,30})?)?",
    re.IGNORECASE,
)
#: Names of links that look like buttons.
BUTTON = re.compile(r"(?:^|[\s_-])(?:button|btn|cta)(?:$|[\s_-])", re.IGNORECASE)
#: Names of the lists of cookies that consent services write into a cookie policy: part of its text.
DECLARED = re.compile(
    r"cookie-?policy|cookie-?declaration|cookie-?(?:list|table|report)|audit-table|cmplz-(?:document|cookies)|"
    r"privacy-policy|policy-content|embedded-policy|uc-embed",
    re.IGNORECASE,
)
#: Names of parts that open and close.
COLLAPSIBLE = re.compile(
    r"accordi|collaps|toggle|expand|faq|tab-?(?:pane|panel|content|s\b)|panel|disclosure|reveal|spoiler|"
    r"dropdown-content|slide-?down|read-?more|more-?text",
    re.IGNORECASE,
)

#: What buttons say that change how a page is shown; links that say it stand in the text of some pages, and stay.
CONTROL = re.compile(
    r"\W*(?:print(?: this)?(?: page| article| version)?|printer[ -]friendly(?: version)?|"
    r"(?:expand|collapse|show|hide|open|close) all(?: sections)?|"
    r"(?:back to |go to |return to )?top(?: of (?:the )?page)?|"
    r"copy (?:link|url)(?: to clipboard)?|share(?: this)?(?: page| article)?|"
    r"imprimer(?: (?:la|cette) page| cet article)?|"
    r"tout (?:déplier|replier|afficher|masquer|ouvrir|fermer|développer|réduire)|"
    r"(?:retour en )?haut(?: de (?:la )?page)?|partager(?: (?:la|cette) page)?|copier le lien|"
    r"(?:seite )?drucken|alles? (?:auf|zu|ein|aus)klappen|alles? (?:öffnen|schließen|anzeigen|ausblenden)|"
    r"(?:zurück )?nach oben|zum seitenanfang|(?:seite )?teilen|link kopieren|"
    r"imprimir|(?:expandir|contraer|mostrar|ocultar|cerrar|abrir|recolher) tod[oa]s?|volver arriba|voltar ao topo|"
    r"stampa|(?:espandi|comprimi|mostra|nascondi|apri|chiudi) tutt[oi]|torna su|"
    r"afdrukken|alles (?:uitklappen|inklappen|tonen|verbergen)|naar boven|drukuj|rozwiń wszystk\w+|zwiń wszystk\w+|"
    r"do góry|印刷(?:する)?|すべて(?:展開|開く|閉じる)|打印|全部(?:展开|收起)|返回顶部)\W*",
    re.IGNORECASE,
)
#: What the headings of lists of contents say.
CONTENTS = re.compile(
    r"in this (?:article|policy|document|section)|on this page|(?:table of )?contents|jump to|quick links|"
    r"sommaire|table des matières|dans cet(?:te)? (?:article|page)|sur cette page|inhalt(?:sverzeichnis)?|"
    r"auf dieser seite|in diesem artikel|índice|contenido|en esta página|neste artigo|nesta página|indice|"
    r"in questa pagina|inhoud(?:sopgave)?|op deze pagina|spis treści|目次|目录",
    re.IGNORECASE,
)

#: What the buttons of consent dialogues say, in the languages of the services that are watched most.
CONSENTING = re.compile(
    r"^\W*(?:(?:accept|allow|reject|decline|deny|refuse|manage|confirm|save|customi[sz]e|only|"
    r"use)\b.{0,40}\b(?:all|cookies?|choices|preferences|selection|necessary|essential|optional|settings)|"
    r"(?:i )?(?:accept|agree|reject|decline|got it)(?: all)?$|"
    r"(?:tout |j.)?(?:accepter?|refuser?|rejeter)(?: et (?:fermer|continuer))?(?: (?:tout|tous|"
    r"les cookies|tous les cookies))?$|continuer sans accepter|(?:personnaliser|paramétrer|"
    r"gérer)(?: (?:les|mes) (?:cookies|choix|préférences))?$|"
    r"(?:alle )?(?:cookies )?(?:akzeptieren|annehmen|ablehnen|zulassen|zustimmen)$|(?:alle|"
    r"nur) .{0,25}(?:akzeptieren|ablehnen|zulassen|cookies)|"
    r"(?:aceptar|rechazar|aceitar|rejeitar|recusar|permitir)(?: (?:todas?|todos?|as|las|los|cookies)){0,3}$|"
    r"(?:accetta|rifiuta|accetto|rifiuto)(?: (?:tutti|tutto|i cookie|cookie)){0,3}$|"
    r"(?:alles? )?(?:cookies )?(?:accepteren|weigeren|toestaan)$|"
    r"(?:za)?akceptuj.{0,20}|odrzuć.{0,20}|(?:godkänn|acceptera|neka|tillad|accepter|afvis|avvis|godta).{0,20}|"
    r"(?:ok(?:ay)?|ok,? (?:got it|i agree|merci|verstanden|entendido|ho capito)|j.ai compris|compris|verstanden|"
    r"einverstanden|entendido|de acuerdo|ho capito|rozumiem|begrepen|entendi|i understand|understood)$|"
    r"(?:accepter et (?:fermer|continuer)|tout (?:autoriser|refuser)|autoriser|interdire)(?: .{0,30})?$|"
    r"(?:全部)?(?:接受|同意|允许|拒绝)(?:全部|所有)?.{0,8}$|我(?:知道了|同意)$|(?:すべて)?(?:同意|許可|拒否|承諾)(?:する|しない)?$|"
    r"(?:모두 )?(?:동의|수락|거부).{0,6}$|ยอมรับ.{0,20}$|ปฏิเสธ.{0,20}$|(?:أوافق|قبول|موافق|رفض)(?: .{0,10})?$|"
    r"(?:אישור|דחייה|הבנתי|אני מסכים)(?: .{0,10})?$|(?:принять|согласен|отклонить).{0,20}$)",
    re.IGNORECASE,
)
_NAMED = r"cookies?(?![a-z])|traceurs?\b|ciasteczk|evästee|クッキー|쿠키|куки|คุกกี้|ملفات تعريف الارتباط|עוגיות"
COOKIES_NAMED = re.compile(_NAMED, re.IGNORECASE)
COOKIES = re.compile(rf"{_NAMED}|consent|einwilligung", re.IGNORECASE)

#: Questions and calls that end help pages; the languages of the services that are watched most.
AFTERWORD = re.compile(
    r"(?:did (?:this|we) answer your question|was this (?:article|page|information|content|"
    r"answer)?\s*(?:helpful|useful)|is this (?:page|article) helpful|how can we (?:improve|help)|"
    r"give (?:us )?feedback(?: about this (?:article|page))?|need more help|still need help|"
    r"still have questions|have more questions|thanks for your feedback|rate this (?:page|article)|"
    r"related (?:articles|topics|links|pages|content|resources|posts)|see also|read (?:more|next)|"
    r"you (?:might|may) also like|recommended (?:articles|reading)|recent (?:articles|posts)|"
    r"popular (?:articles|posts)|(?:latest|more) (?:news|articles|posts)|"
    r"share (?:this|on)|back to (?:top|all)|return to top|table of contents|on this page|in this article|"
    r"print(?: this page)?|"
    r"cet article vous a-t-il (?:été utile|aidé)|cette (?:page|réponse|"
    r"information) vous a-t-elle (?:été utile|aidé)|articles? (?:associés|connexes|liés|similaires|"
    r"récents)|voir aussi|à lire aussi|et aussi|à découvrir(?: aussi)?|sur le même (?:thème|sujet)|"
    r"(?:ça|cela) (?:peut|pourrait) (?:aussi )?vous intéresser|vous aimerez aussi|(?:nos )?derniers articles|"
    r"retour en haut(?: de page)?|haut de page|partager(?: cet article| sur)?|"
    r"avez-vous d.autres questions|vous avez d.autres questions|lire aussi|"
    r"war diese[rs]? (?:artikel|seite|beitrag) hilfreich|verwandte (?:artikel|themen|beiträge)|nach oben|"
    r"das könnte (?:sie|dich) auch interessieren|weitere (?:artikel|beiträge)|mehr zum thema|"
    r"zurück nach oben|siehe auch|teilen|"
    r"¿?te (?:ha )?(?:resultado|sido|fue) útil|¿?(?:fue|ha sido) útil|artículos relacionados|volver arriba|compartir|"
    r"(?:questo articolo|questa pagina) (?:ti )?è stat[oa] utile|articoli correlati|torna su|condividi|"
    r"(?:este artigo|esta página) foi útil|artigos relacionados|voltar ao topo|partilhar|"
    r"was dit artikel nuttig|gerelateerde artikelen|terug naar boven|czy ten artykuł był pomocny|"
    r"powiązane artykuły|наверх|читайте также|похожие статьи|была ли статья полезн\w*|"
    r"ページ(?:の)?(?:トップ|先頭)へ(?:戻る)?|トップへ戻る|この記事は役に立ちましたか|関連記事|返回顶部|相关文章|"
    r"这篇文章(?:对您)?有帮助吗|맨 위로|관련 문서|이 문서가 도움이 되었습니까|"
    r"هل كانت هذه المقالة مفيدة|العودة إلى الأعلى)\b.{0,30}",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def named(names: str) -> Weight:
    """Weigh what `class` and `id` say together; both as written, joined by a blank."""
    if VENDORS.search(names):
        return Weight.NONE if DECLARED.search(names) else Weight.CERTAIN
    weight = Weight.NONE
    for token in names.split():
        words = [word.lower() for word in _WORDS.findall(token)]
        if not words or words[0] in ("no", "has", "with", "without"):
            continue
        if any(pair in _PAIRS for pair in pairwise(words)):
            return Weight.LIKELY
        head = words[0], words[-1]  # in "footer__column" the first, in "site-main-footer" the last word says what it is
        if any(word in _LIKELY for word in head) and not any(word in _DENIALS for word in words):
            return Weight.LIKELY
        if any(word in _HINT or word in _LIKELY for word in words):
            weight = Weight.HINT
    return weight
