"""Owns the sentences that say that a page is missing, by their shape: what is meant, and what is denied of it.

Every site words its error page anew ("Hmm, we looked everywhere for that page"), but nearly all name a page, an address
or a document and, near it, say that it does not exist, was not found or has gone. All patterns are folded (see `fold`).
"""

import re
from collections.abc import Iterator

from tosmonitor.assess.fold import fold

#: A paragraph a language: what is missing, a stroke, and what is said of it. Semicolons separate patterns.
_SHAPES = """
    page; pages; content; document; article; url; address; link; site; website; resource; file; deployment;
    domain / not found; not be found; can't be found; cannot be found; could not find; couldn't find; can't
    find; cannot find; can't seem to find; unable to find; doesn't exist; does not exist; doesn't seem to
    exist; does not seem to exist; no longer exists; isn't here; not here; no longer here; is missing; has
    vanished; not a functioning; has gone missing; may be broken; is broken; may have been deleted; may have
    been moved; might have been moved; unknown domain

    page; contenu; document; article; adresse; lien; site / introuvable; n'existe; n'a pas ete trouve; n'a
    pu etre trouve; non trouve; pas trouve; ne trouvons pas; n'avons pas trouve; plus disponible; n'est plus
    ici

    seite; inhalt; dokument; artikel; adresse; url / nicht gefunden; existiert leider nicht; existiert
    nicht; gibt es leider nicht; gibt es nicht; nicht mehr verfugbar; nicht vorhanden; nicht finden; leider
    nicht finden

    pagina; contenido; documento; articulo; direccion; enlace / no existe; no encontrad[ao]; no se
    encuentra; no se ha encontrado; no se encontro; no encontramos; no hemos encontrado; no hemos podido
    encontrar; no hem trobat; no existeix; no s'ha trobat; ya no esta

    pagina; contenuto; documento; articolo; indirizzo / non trovat[ao]; non esiste; non e stat[ao]
    trovat[ao]; inesistente; non e piu disponibile; non riusciamo a trovare; non e possibile trovare

    pagina; conteudo; documento; artigo; endereco / nao existe; nao encontrad[ao]; nao foi encontrad[ao];
    nao encontramos; nao conseguimos encontrar; nao foi possivel encontrar; ja nao existe

    pagina; document; artikel; adres / niet gevonden; bestaat niet; niet vinden; niet meer beschikbaar

    stron[ay]; dokument; adres / nie istnieje; nie znaleziono; nie zostala znaleziona; nie mozemy znalezc;
    nie mozna znalezc

    sidan; dokumentet / hittades inte; finns inte; kunde inte hitta; inte hittas; hittar inte

    siden; side / ikke fundet; findes ikke; ikke finde; ble ikke funnet; finnes ikke; fant ikke; finner
    ikke; eksisterer ikke

    sivua; sivu / ei loydy; ei loytynyt; ei valitettavasti loytynyt; ei ole olemassa; ei voitu loytaa

    strank[ayu]; dokument / nenalezena; nebyla nalezena; neexistuje; jsme nenasli; nepodarilo najit;
    nenajdena; nebola najdena; sa nenasla; nenasli

    oldal; oldalt; tartalom / nem talalhato; nem letezik; nem talaltuk; nem erheto el

    pagina; continutul / nu a fost gasit[ae]?; nu exista; negasita; nu am gasit

    страница(?:та)?; страницу; страницы / не е намерена; не съществува; не наидена; не существует; не
    наидено; не смогли наити; нет

    сторінк[ауи] / не знаидено; не існує; не знаидена

    страниц[ауе]; stranic[aue] / не постоји; није пронађена; nije pronadena; nije pronađena; ne postoji;
    nismo pronasli

    stran; strani / ne obstaja; ni mogoce najti; ni bila najdena; ni najdena

    σελιδα / δεν βρεθηκε; δεν υπαρχει; δεν μπορει να βρεθει

    leht[ei]?; lehekulg[e]?; lehekulge / ei leitud; ei ole olemas; ei eksisteeri

    lapa / nav atrasta; netika atrasta; neeksiste

    puslapis / nerastas; neegzistuoja; nebuvo rastas

    pagna / ma nstabitx; ma tezistix

    leathanach / nior aimsiodh; nil ann; ar fail

    sayfa(?:yı; yi)?; sayfanın / bulunamadı; bulunamadi; bulamadık; bulamadik; mevcut degil; bulunmuyor

    ページ / 見つかりません; 存在しません; 削除された可能性; 見つけられません; ありません

    页面; 网页; 頁面; 網頁; 内容 / 不存在; 找不到; 未找到; 走丢了; 已被删除; 没有找到; 已失效

    페이지 / 찾을 수 없; 존재하지 않; 삭제되었

    الصفحة / غير موجودة; لم يتم العثور; لا توجد

    הדף; העמוד / לא נמצא; אינו קיים; לא קיים

    पेज; पृष्ठ / नहीं मिला; मौजूद नहीं; नहीं मिल

    trang / khong tim thay; khong ton tai

    หน้า / ไม่พบ; ไม่มี

    halaman / tidak ditemukan; tidak dapat ditemukan; tidak tersedia
"""
#: The two sides stand within so many characters of each other, in one sentence.
_NEAR = 60


def says_missing(line: str) -> str:
    """Return the words of `line` (folded) that say that a page is missing, or ""."""
    found = next((match for pattern in _PATTERNS if (match := pattern.search(line))), None)
    return found.group() if found else ""


def _patterns() -> Iterator[re.Pattern[str]]:
    for paragraph in _SHAPES.split("\n\n"):
        things, denials = " ".join(paragraph.split()).split(" / ")
        thing, denial = _any_of(things), _any_of(denials)
        gap = rf"[^.!?。！？]{{0,{_NEAR}}}?"
        yield re.compile(f"{denial}{gap}{thing}|{thing}{gap}{denial}")


def _any_of(words: str) -> str:
    edge = r"\b" if _SPACED.match(words) else ""
    return f"{edge}(?:{'|'.join(fold(word) for word in words.split(';'))}){edge}"


#: Scripts in which words are told apart by spaces.
_SPACED = re.compile(r"[a-zà-žά-ώа-яёђ-џ]")
_PATTERNS = tuple(_patterns())
