"""Owns the words with which pages say that they are not the document, by kind and language, as data.

`SAID` holds phrases that give a page away wherever a short block of it (a heading, a line, a piece of the title)
contains them. `ALONE` holds words that mean it only when they are the whole block or the whole piece of the title.
All are compared folded (see `fold`): lower case, without accents, plain quotes. Semicolons separate phrases. A phrase
never decides alone: `assess` looks at how much legal prose stands beside it.
"""

from collections.abc import Mapping

from tosmonitor.model import ObstacleKind


def _split(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))


NOT_FOUND: Mapping[str, tuple[str, ...]] = {
    "en": _split("""
        page not found; page could not be found; page couldn't be found; page can't be found; page cannot be
        found; page was not found; page wasn't found; page has not been found; not be found on this server;
        page you are looking for; page you're looking for; page you were looking for; page you requested; page
        that you requested; requested page; page doesn't exist; page does not exist; page no longer exists;
        page has been removed; page has been deleted; page has moved; page may have been moved; we can't find
        that page; we can't find the page; we couldn't find that page; we couldn't find the page; we could not
        find the page; can't find what you're looking for; can't seem to find the page; this page isn't here;
        page isn't available; page is not available; page is no longer available; page is unavailable; content
        isn't available; content is not available right now; content is no longer available; link you followed
        may be broken; link may be broken; link is broken; nothing was found at this location; there's nothing
        here; error 404; 404 error; 404 not found; 404 page; http 404; requested url was not found; article
        not found; document not found; content not found; file not found; resource not found; the article you
        are looking for; this article is no longer available; site not found; there isn't a github pages site
        here; page introuvable 404; no such page; lost in space; you seem lost; this url does not exist; the
        specified key does not exist; nosuchkey; this account doesn't exist
    """),
    "fr": _split("""
        page introuvable; page non trouvee; page n'a pas ete trouvee; page n'a pu etre trouvee; page pas
        trouvee; page demandee; page que vous recherchez; page que vous cherchez; page que vous avez demandee;
        cette page n'existe pas; cette page n'existe plus; page n'existe plus; page n'existe pas; cette page
        n'est plus disponible; cette page n'est pas disponible; page est introuvable; erreur 404; contenu
        introuvable; document introuvable; article introuvable; n'est plus en ligne; adresse introuvable;
        oups, cette page; la page a ete supprimee; la page a ete deplacee
    """),
    "de": _split("""
        seite nicht gefunden; seite wurde nicht gefunden; seite konnte nicht gefunden; seite existiert nicht;
        seite nicht vorhanden; seite ist nicht vorhanden; seite ist nicht mehr verfugbar; seite nicht
        verfugbar; gesuchte seite; angeforderte seite; aufgerufene seite; gewunschte seite; seite gibt es
        nicht; fehler 404; 404 fehler; inhalt nicht gefunden; dokument nicht gefunden; seite ist leider nicht;
        seite nicht mehr verfugbar; diese seite ist momentan nicht verfugbar; diese seite ist nicht verfugbar
    """),
    "es": _split("""
        pagina no encontrada; pagina no existe; no se encontro la pagina; no se ha encontrado la pagina; no
        encontramos la pagina; no hemos encontrado la pagina; no hemos podido encontrar; no se pudo encontrar
        la pagina; pagina que buscas; pagina que busca; pagina que estas buscando; pagina que esta buscando;
        pagina solicitada; pagina no esta disponible; pagina no disponible; error 404; contenido no
        encontrado; pagina ya no existe; pagina no se encuentra
    """),
    "it": _split("""
        pagina non trovata; pagina non e stata trovata; pagina richiesta; pagina che stai cercando; pagina che
        cerchi; pagina cercata; pagina non esiste; pagina inesistente; pagina non disponibile; errore 404;
        contenuto non trovato; pagina non e disponibile; pagina non e piu disponibile
    """),
    "pt": _split("""
        pagina nao encontrada; pagina nao foi encontrada; pagina nao existe; pagina que voce procura; pagina
        que voce esta procurando; pagina que procura; pagina solicitada; pagina nao esta disponivel; pagina
        indisponivel; erro 404; nao encontramos a pagina; nao conseguimos encontrar; conteudo nao encontrado
    """),
    "nl": _split("""
        pagina niet gevonden; pagina kon niet worden gevonden; pagina is niet gevonden; pagina bestaat niet;
        pagina die je zoekt; pagina die u zoekt; opgevraagde pagina; pagina is niet beschikbaar; fout 404;
        pagina kan niet gevonden worden; pagina kan niet worden gevonden
    """),
    "pl": _split("""
        strona nie zostala znaleziona; nie znaleziono strony; strona nie istnieje; strony nie znaleziono;
        strona, ktorej szukasz; nie mozna znalezc strony; blad 404; strona niedostepna; nie ma takiej strony
    """),
    "sv": _split("""
        sidan hittades inte; sidan kunde inte hittas; sidan finns inte; hittar inte sidan; sidan du letar
        efter; sidan du soker; sidan ar inte tillganglig; vi kan inte hitta sidan
    """),
    "da": _split("""
        siden blev ikke fundet; siden findes ikke; siden kunne ikke findes; siden du leder efter; vi kan ikke
        finde siden; side ikke fundet; siden er ikke tilgængelig; siden blev desværre ikke fundet
    """),
    "no": _split("""
        siden ble ikke funnet; siden finnes ikke; fant ikke siden; finner ikke siden; siden du leter etter;
        siden eksisterer ikke; side ikke funnet
    """),
    "fi": _split("""
        sivua ei loydy; sivua ei loytynyt; sivua ei ole olemassa; etsimaasi sivua; hakemaasi sivua
    """),
    "cs": _split("""
        stranka nenalezena; stranka nebyla nalezena; stranka neexistuje; stranku se nepodarilo najit; chyba
        404; pozadovana stranka; hledana stranka
    """),
    "sk": _split("""
        stranka nenajdena; stranka nebola najdena; stranka neexistuje; stranku sa nepodarilo najst; pozadovana
        stranka; stranka sa nenasla
    """),
    "hu": _split("""
        az oldal nem talalhato; oldal nem talalhato; nem talalhato az oldal; a keresett oldal; az oldal nem
        letezik; 404 hiba
    """),
    "ro": _split("""
        pagina nu a fost gasita; pagina nu exista; pagina negasita; pagina cautata; pagina pe care o cauti;
        eroare 404; pagina nu este disponibila
    """),
    "bg": _split("""
        страницата не е намерена; страницата не съществува; страницата не беше намерена; грешка 404
    """),
    "el": _split("""
        η σελιδα δεν βρεθηκε; η σελιδα δεν υπαρχει; δεν βρεθηκε η σελιδα; σφαλμα 404; η σελιδα που ζητησατε; η
        σελιδα που αναζητατε
    """),
    "hr": _split("""
        stranica nije pronadena; stranica nije pronađena; stranica ne postoji; trazena stranica
    """),
    "sl": _split("""
        stran ne obstaja; strani ni mogoce najti; stran ni najdena; iskana stran
    """),
    "et": _split("""
        lehte ei leitud; lehekulge ei leitud; lehte ei ole olemas
    """),
    "lv": _split("""
        lapa nav atrasta; lapa neeksiste
    """),
    "lt": _split("""
        puslapis nerastas; puslapis neegzistuoja
    """),
    "ru": _split("""
        страница не наидена; страница не существует; страница не обнаружена; запрашиваемая страница; ошибка
        404; страницы не существует; страница недоступна; такои страницы нет; страница удалена
    """),
    "uk": _split("""
        сторінку не знаидено; сторінка не знаидена; сторінки не існує; сторінка не існує; помилка 404
    """),
    "tr": _split("""
        sayfa bulunamadı; sayfa bulunamadi; aradıgınız sayfa; aradiginiz sayfa; boyle bir sayfa yok; sayfa
        mevcut degil; 404 hatası
    """),
    "ja": _split("""
        ページが見つかりません; ページは見つかりません; お探しのページ; ページは存在しません;
        ページが存在しません; 指定されたページ; ページは削除された; ページをご利用いただけません
    """),
    "zh": _split("""
        页面不存在; 找不到页面; 页面未找到; 您访问的页面; 网页不存在; 无法找到该页; 找不到网页; 页面走丢了;
        頁面不存在; 找不到頁面; 找不到您要的頁面; 找不到此頁; 抱歉,您访问的页面;
        该页面不存在; 内容不存在
    """),
    "ko": _split("""
        페이지를 찾을 수 없습니다; 존재하지 않는 페이지; 요청하신 페이지; 찾을 수 없는 페이지;
        페이지가 존재하지 않습니다
    """),
    "ar": _split("""
        الصفحة غير موجودة; لم يتم العثور على الصفحة; الصفحة التي تبحث عنها
    """),
    "he": _split("""
        הדף לא נמצא; העמוד לא נמצא; הדף שחיפשת
    """),
}

ERROR: Mapping[str, tuple[str, ...]] = {
    "en": _split("""
        something went wrong; something's gone wrong; something has gone wrong; an error occurred; an error
        has occurred; unexpected error; a client-side exception has occurred; a server-side exception has
        occurred; application error; internal server error; server error; bad gateway; gateway time-out;
        gateway timeout; service unavailable; temporarily unavailable; temporarily down; temporarily offline;
        currently unavailable; isn't available at the moment; is not available at the moment; under
        maintenance; undergoing maintenance; scheduled maintenance; down for maintenance; maintenance mode;
        we're performing maintenance; we are performing maintenance; we'll be back soon; we will be back soon;
        be right back; back shortly; experiencing technical difficulties; technical difficulties; technical
        problem; technical issue; having trouble loading; failed to load; couldn't load; could not be loaded;
        unable to load; try reloading the page; please try again later; try again later; please refresh the
        page; 500 error; error 500; error 503; 503 service; 502 bad gateway; error establishing a database
        connection; there has been a critical error on this website; fatal error; web server is down; origin
        is unreachable; connection timed out; host error; this site can't be reached; http error; bad request;
        request could not be satisfied; could not be processed; too many requests; rate limit exceeded; page
        isn't working; this page crashed; sorry, we have a problem; no healthy upstream; upstream connect
        error; account suspended; account has been suspended; bandwidth limit exceeded; this domain is for
        sale; domain is parked; this domain has expired; domain name has expired; coming soon page; website is
        not available; site is currently unavailable; invalid url; session has expired; session expired; ssl
        handshake failed; origin dns error; error code 52; backend fetch failed; guru meditation;
        payment_required; deployment is temporarily paused; web app is stopped; check back in a minute; please
        check back soon; check back shortly; we're down right now; we are down right now; website expired;
        this account has expired; no explicit mapping for /error; uncaught error; uncaught exception;
        undefined function; could not connect to mysql; unable to connect to the database; this page is having
        a problem; database error; fastly error
    """),
    "fr": _split("""
        une erreur est survenue; une erreur s'est produite; une erreur inattendue; une erreur technique;
        erreur interne; erreur du serveur; erreur serveur; service indisponible; temporairement indisponible;
        momentanement indisponible; actuellement indisponible; site en maintenance; en cours de maintenance;
        maintenance en cours; operation de maintenance; bientot de retour; de retour bientot; probleme
        technique; incident technique; difficultes techniques; veuillez reessayer; merci de reessayer;
        reessayer plus tard; quelque chose s'est mal passe; session a expire; session expiree; trop de
        requetes; compte suspendu
    """),
    "de": _split("""
        ein fehler ist aufgetreten; es ist ein fehler aufgetreten; unerwarteter fehler; etwas ist
        schiefgelaufen; etwas ist schief gelaufen; da ist etwas schief; interner serverfehler; serverfehler;
        voruebergehend nicht; vorubergehend nicht; momentan nicht verfugbar; derzeit nicht verfugbar; zurzeit
        nicht verfugbar; zur zeit nicht verfugbar; wartungsarbeiten; wartungsmodus; im wartungsmodus; wird
        gewartet; gerade gewartet; technischen fehler; technische probleme; technischen problemen; bald
        wieder; bitte versuche es spater; versuchen sie es spater; spater noch einmal; spater erneut; die
        seite noch einmal zu laden; sitzung abgelaufen; zu viele anfragen
    """),
    "es": _split("""
        se ha producido un error; ha ocurrido un error; ocurrio un error; error inesperado; algo salio mal;
        algo ha salido mal; error interno del servidor; error del servidor; servicio no disponible;
        temporalmente no disponible; no disponible temporalmente; en mantenimiento; mantenimiento programado;
        volveremos pronto; estamos trabajando para; problemas tecnicos; intentalo de nuevo; intentelo de
        nuevo; vuelve a intentarlo; intentalo mas tarde; sesion ha caducado; sesion ha expirado
    """),
    "it": _split("""
        si e verificato un errore; errore imprevisto; qualcosa e andato storto; errore interno del server;
        servizio non disponibile; temporaneamente non disponibile; momentaneamente non disponibile; in
        manutenzione; manutenzione in corso; torneremo presto; problemi tecnici; problema tecnico; riprova piu
        tardi; si prega di riprovare; sessione scaduta
    """),
    "pt": _split("""
        ocorreu um erro; erro inesperado; algo deu errado; algo correu mal; erro interno do servidor; servico
        indisponivel; temporariamente indisponivel; em manutencao; voltaremos em breve; problemas tecnicos;
        tente novamente; tente mais tarde; sessao expirou; sessao expirada
    """),
    "nl": _split("""
        er is een fout opgetreden; er is iets misgegaan; er ging iets mis; er is iets fout gegaan; onverwachte
        fout; tijdelijk niet beschikbaar; momenteel niet beschikbaar; onderhoud; binnenkort terug; technische
        problemen; technische storing; probeer het later; probeer het opnieuw; sessie is verlopen
    """),
    "pl": _split("""
        wystapil blad; wystapił błąd; cos poszlo nie tak; blad serwera; tymczasowo niedostepn; przerwa
        techniczna; prace konserwacyjne; prace techniczne; sprobuj ponownie; sprobuj pozniej; wkrotce wracamy
    """),
    "sv": _split("""
        nagot gick fel; ett fel har intraffat; ett fel uppstod; tillfalligt otillganglig; underhall pagar; for
        underhall; forsok igen; tekniska problem; vi ar snart tillbaka
    """),
    "da": _split("""
        noget gik galt; der er sket en fejl; der opstod en fejl; midlertidigt utilgængelig; vedligeholdelse;
        prøv igen; vi er snart tilbage; tekniske problemer
    """),
    "no": _split("""
        noe gikk galt; det oppsto en feil; det oppstod en feil; midlertidig utilgjengelig; vedlikehold; prøv
        igjen; vi er snart tilbake; tekniske problemer
    """),
    "fi": _split("""
        jotain meni pieleen; jokin meni vikaan; tapahtui virhe; huoltokatko; huoltotauko; yrita uudelleen; ei
        ole juuri nyt kaytettavissa; tilapaisesti pois kaytosta
    """),
    "cs": _split("""
        doslo k chybe; neco se pokazilo; docasne nedostupn; probiha udrzba; zkuste to znovu; zkuste to prosim
        pozdeji
    """),
    "sk": _split("""
        doslo k chybe; nieco sa pokazilo; docasne nedostupn; prebieha udrzba; skuste to znova; skuste to
        neskor
    """),
    "hu": _split("""
        hiba tortent; valami hiba tortent; karbantartas; atmenetileg nem erheto el; probalja ujra; probald
        ujra
    """),
    "ro": _split("""
        a aparut o eroare; ceva nu a mers bine; ceva nu a functionat; temporar indisponibil; in mentenanta;
        lucrari de mentenanta; incercati din nou; incearca din nou
    """),
    "bg": _split("""
        възникна грешка; нещо се обърка; временно недостъпн; опитаите отново; в процес на поддръжка
    """),
    "el": _split("""
        παρουσιαστηκε σφαλμα; κατι πηγε στραβα; προσωρινα μη διαθεσιμ; εργασιες συντηρησης; δοκιμαστε ξανα;
        προσπαθηστε ξανα; υπο συντηρηση
    """),
    "hr": _split("""
        doslo je do pogreske; doslo je do greske; privremeno nedostup; odrzavanje; pokusajte ponovno;
        pokusajte ponovo
    """),
    "sl": _split("""
        prislo je do napake; zacasno nedosegljiv; zacasno ni na voljo; vzdrzevalna dela; poskusite znova; v
        vzdrzevanju
    """),
    "et": _split("""
        tekkis viga; midagi laks valesti; ajutiselt kattesaamatu; hooldustood; proovige uuesti; proovi uuesti;
        ajutiselt hoolduses; hooldus
    """),
    "lv": _split("""
        radas kluda; kaut kas nogaja greizi; islaicigi nav pieejam; meginiet velreiz
    """),
    "lt": _split("""
        ivyko klaida; kazkas nepavyko; laikinai nepasiekiam; bandykite dar karta; vyksta technine prieziura
    """),
    "ru": _split("""
        произошла ошибка; что-то пошло не так; внутренняя ошибка сервера; ошибка сервера; временно недоступ;
        технические работы; ведутся работы; попробуите позже; попробуите еще раз; повторите попытку
    """),
    "uk": _split("""
        сталася помилка; щось пішло не так; тимчасово недоступ; технічні роботи; спробуите пізніше; спробуите
        ще раз
    """),
    "tr": _split("""
        bir hata olustu; bir seyler ters gitti; bir sorun olustu; bakım calısması; bakim calismasi; gecici
        olarak; daha sonra tekrar; tekrar deneyin; sunucu hatası
    """),
    "ja": _split("""
        エラーが発生しました; 問題が発生しました; メンテナンス中; メンテナンスのため; 一時的に利用できません;
        アクセスが集中; しばらくしてから; 時間をおいて; システムエラー; サーバーエラー
    """),
    "zh": _split("""
        出错了; 发生错误; 服务器错误; 系统繁忙; 系统维护; 正在维护; 维护中; 请稍后再试; 请稍后重试;
        暂时无法访问; 發生錯誤; 系統維護; 維護中; 請稍後再試; 暫時無法; 网络异常;
        加载失败; 服务不可用
    """),
    "ko": _split("""
        오류가 발생했습니다; 문제가 발생했습니다; 점검 중; 서비스 점검; 일시적으로; 잠시 후 다시; 다시 시도
    """),
    "ar": _split("""
        حدث خطأ; تحت الصيانة; يرجى المحاولة; حاول مرة أخرى; غير متاح حاليا
    """),
    "he": _split("""
        אירעה שגיאה; משהו השתבש; בתחזוקה; נסה שוב; נסו שוב
    """),
    "hi": _split("""
        रखरखाव; कुछ गलत हो गया; कृपया बाद में; त्रुटि हुई
    """),
}

CHALLENGE: Mapping[str, tuple[str, ...]] = {
    "en": _split("""
        verify you are human; verify you are a human; verify that you are human; verify that you are not a
        robot; verify you are not a robot; verifying you are human; confirm you are human; confirm that you
        are human; confirm you're not a robot; prove you are human; prove you're not a robot; are you a robot;
        are you human; you are not a bot; you're not a bot; i'm not a robot; checking your browser; verifying
        your browser; security check; security verification; human verification; bot verification; browser
        verification; complete the captcha; solve the captcha; solve this captcha; enter the characters you
        see; unusual traffic; unusual activity; suspicious activity; automated access; automated requests;
        access denied; access to this page; access forbidden; 403 forbidden; error 403; forbidden; you have
        been blocked; request blocked; request has been blocked; your ip; ip address has been blocked; blocked
        by; not authorized to view; not authorized to access; you don't have permission to access; please
        enable cookies; enable javascript and cookies to continue; captcha; robot or human; confirm that
        you're human; confirm that you’re human; make sure you're not a robot; make sure you are not a robot;
        checking you're not a robot; you are a real person; please enable js; disable any ad blocker; blocked
        by network security; blocked by our security service; triggered the security solution; triggered the
        service and blocked your request; using a security service to protect itself; using a security service
        for protection; made us think that you are a bot; made us think you were a bot; web page blocked;
        application firewall; request forbidden by administrative rules; establishing a secure connection;
        your request is being verified; your client is being checked; unauthorized activity has been detected;
        unauthorized request blocked; request rejected; you are being rate limited; do not have access to;
        error code: 10; error code 10; rbac: access denied; ray id:; continue shopping; press & hold; client
        does not have permission
    """),
    "fr": _split("""
        verifier que vous etes humain; verifiez que vous etes humain; verifions que vous etes humain; vous
        n'etes pas un robot; etes-vous un robot; verification de securite; verification de votre navigateur;
        controle de securite; acces refuse; acces interdit; acces bloque; trafic inhabituel; activite
        inhabituelle; activite suspecte
    """),
    "de": _split("""
        dass sie ein mensch sind; sie ein mensch sind; dass du ein mensch bist; zugriff blockiert; zugriff gesperrt;
        sie kein roboter; du kein
        roboter; sicherheitsuberprufung; sicherheitsprufung; zugriff verweigert; zugriff nicht gestattet;
        zugang verweigert; ungewohnlichen datenverkehr; ungewohnliche aktivitat; browser wird uberpruft;
        anfrage wurde blockiert; muss die sicherheit ihrer verbindung uberprufen; kein zugriff
    """),
    "es": _split("""
        verifica que eres humano; verifique que es humano; que no eres un robot; que no es un robot; no soy un
        robot; acceso denegado; acceso prohibido; verificacion de seguridad; comprobacion de seguridad;
        trafico inusual; actividad inusual; actividad sospechosa
    """),
    "it": _split("""
        verifica di essere umano; verifica che tu sia umano; non sei un robot; non sono un robot; accesso
        negato; accesso vietato; verifica di sicurezza; controllo di sicurezza; traffico insolito; attivita
        insolita
    """),
    "pt": _split("""
        verifique se voce e humano; que voce e humano; que voce nao e um robo; nao sou um robo; acesso negado;
        acesso bloqueado; verificacao de seguranca; trafego incomum; atividade incomum
    """),
    "nl": _split("""
        bevestig dat je een mens; controleer of u een mens; dat u geen robot; dat je geen robot; toegang
        geweigerd; geen toegang; beveiligingscontrole; ongebruikelijk verkeer
    """),
    "pl": _split("""
        czy jestes czlowiekiem; ze jestes czlowiekiem; nie jestes robotem; nie jestem robotem; odmowa dostepu;
        dostep zabroniony; brak dostepu
    """),
    "ru": _split("""
        подтвердите, что вы не робот; что вы не робот; вы не робот; проверка безопасности; проверка браузера;
        доступ запрещен; доступ ограничен; доступ закрыт; подозрительная активность; запросы отправляли вы, а
        не робот; я не робот; похожи на автоматические; проверяем ваш браузер
    """),
    "tr": _split("""
        insan oldugunuzu; robot olmadıgınızı; erisim engellendi; guvenlik kontrolu; guvenlik dogrulaması
    """),
    "ja": _split("""
        ロボットではありません; 人間であることを確認; セキュリティチェック; アクセスが拒否;
        アクセスできません; 通常と異なるトラフィック; 続行する前に;
        接続のセキュリティを確認
    """),
    "zh": _split("""
        验证您是真人; 确认您是真人; 请完成验证; 安全验证; 人机验证; 访问被拒绝; 禁止访问;
        访问验证; 滑动验证; 驗證您是人類; 拒絕存取; 异常流量;
        请求已被拦截; 访问被拦截; 访问已被拦截;
        访问被阻断; 疑似攻击; 疑似黑客攻击; 拖动下方滑块; 安全检测; 请完成安全验证; 正在验证
    """),
    "ko": _split("""
        로봇이 아닙니다; 사람인지 확인; 보안 확인; 접근이 거부; 액세스가 거부; 접근 권한이 없습니다
    """),
    "sv": _split("""
        bekrafta att du ar en manniska; atkomst nekad
    """),
    "da": _split("""
        bekræft, at du er et menneske; adgang nægtet
    """),
    "no": _split("""
        bekreft at du er et menneske; ingen tilgang
    """),
    "fi": _split("""
        vahvista, etta olet ihminen; paasy estetty; paasy kielletty
    """),
    "cs": _split("""
        overte, ze jste clovek; pristup odepren; pristup zamitnut
    """),
    "hu": _split("""
        hozzaferes megtagadva
    """),
    "ro": _split("""
        acces interzis; acces refuzat
    """),
    "el": _split("""
        η προσβαση απορριφθηκε; απαγορευεται η προσβαση
    """),
    "uk": _split("""
        підтвердіть, що ви людина; доступ заборонено
    """),
    "hi": _split("""
        आप रोबोट नहीं हैं; पहुंच अस्वीकृत
    """),
    "ar": _split("""
        تم رفض الوصول; لست برنامج روبوت
    """),
}

LOGIN: Mapping[str, tuple[str, ...]] = {
    "en": _split("""
        log in to continue; sign in to continue; login to continue; log in to your account; sign in to your
        account; please log in; please sign in; please login; you must log in; you must be logged in; you need
        to log in; you need to be logged in; you need to sign in; sign in to view; log in to view; sign in
        with your; login required; authentication required; forgot your password; forgot password; enter your
        password; sign in to facebook; log in to facebook; log into facebook; members only; restricted to
        members; use your google account; email, phone, or skype; can't access your account; join linkedin;
        already on linkedin; agree & join; you need access; request access, or switch; only available to
        signed-in users; available to logged-in users; this site is currently private; enter using password;
        don't have an account; need help signing in; forgotten account; get a login code
    """),
    "fr": _split("""
        connectez-vous pour continuer; connectez-vous a votre compte; veuillez vous connecter; merci de vous
        connecter; vous devez etre connecte; vous devez vous connecter; identifiez-vous; mot de passe oublie;
        connexion requise; reserve aux membres; reservee aux membres
    """),
    "de": _split("""
        bitte melden sie sich an; bitte melde dich an; bitte loggen sie sich ein; anmelden, um fortzufahren;
        melden sie sich an; melde dich an; passwort vergessen; anmeldung erforderlich; bei ihrem konto
        anmelden
    """),
    "es": _split("""
        inicia sesion para continuar; inicie sesion para continuar; inicia sesion en tu cuenta; debes iniciar
        sesion; debe iniciar sesion; has olvidado tu contrasena; olvidaste tu contrasena; olvido su contrasena
    """),
    "it": _split("""
        accedi per continuare; accedi al tuo account; effettua il login; effettua l'accesso; devi effettuare
        l'accesso; password dimenticata; hai dimenticato la password
    """),
    "pt": _split("""
        faca login para continuar; inicie sessao para continuar; entre na sua conta; esqueceu a senha;
        esqueceu sua senha; esqueceu-se da palavra-passe; inicie sessao na sua conta
    """),
    "nl": _split("""
        log in om verder te gaan; log in om door te gaan; u moet ingelogd zijn; je moet ingelogd zijn;
        wachtwoord vergeten
    """),
    "pl": _split("""
        zaloguj sie, aby; musisz sie zalogowac; nie pamietasz hasla; zapomniales hasla
    """),
    "ru": _split("""
        воидите, чтобы; необходимо авторизоваться; забыли пароль; воидите в аккаунт
    """),
    "tr": _split("""
        giris yapmanız gerekiyor; sifremi unuttum; sifrenizi mi unuttunuz
    """),
    "ja": _split("""
        ログインしてください; ログインが必要; パスワードをお忘れ
    """),
    "zh": _split("""
        请先登录; 请登录; 忘记密码; 請先登入; 忘記密碼
    """),
    "ko": _split("""
        로그인이 필요; 로그인해 주세요; 비밀번호를 잊으셨
    """),
    "sv": _split("""
        logga in for att; glomt losenord
    """),
    "da": _split("""
        log ind for at; glemt adgangskode
    """),
    "no": _split("""
        logg inn for a; glemt passord
    """),
    "fi": _split("""
        kirjaudu sisaan jatkaaksesi; unohditko salasanasi
    """),
    "cs": _split("""
        prihlaste se; zapomenute heslo; zapomneli jste heslo
    """),
    "hi": _split("""
        लॉग इन करें; पासवर्ड भूल गए
    """),
    "ar": _split("""
        تسجيل الدخول; نسيت كلمة المرور
    """),
}

CONSENT: Mapping[str, tuple[str, ...]] = {
    "en": _split("""
        before you continue; before continuing to; your privacy, your choice; agree and close; we and our partners;
        continue without accepting; your privacy choices before; we
        value your privacy; we care about your privacy; your privacy is important to us; accept all cookies;
        allow all cookies; reject all; accept all; manage cookies; cookie settings; cookie preferences; manage
        your choices; manage preferences; continue with ads; accept and continue; agree and continue; we use
        cookies; consent or pay; is part of the yahoo family of brands; verify your age; are you over 18; are
        you 18 or older; you must be 18; enter your date of birth; legal drinking age; are you of legal age;
        are you 21 or older; you must be 21; by entering this site; confirm your age; confirm that you are
        over 18; age verification
    """),
    "fr": _split("""
        avant d'acceder; avant de continuer; avant de poursuivre; continuer sans accepter; tout accepter; tout
        refuser; nous respectons votre vie privee; parametrer les cookies; gerer les cookies; accepter et
        fermer; accepter et continuer; nous utilisons des cookies; confirmez votre age; avez-vous plus de 18
        ans; age legal; vous devez avoir 18 ans
    """),
    "de": _split("""
        bevor sie fortfahren; bevor du fortfahrst; bevor sie zu; alle akzeptieren; alle ablehnen; alles
        akzeptieren; wir verwenden cookies; cookie-einstellungen; ihre privatsphare ist uns wichtig; mit
        werbung weiterlesen; zustimmen und weiter; akzeptieren und weiter; einwilligung verwalten;
        datenschutzeinstellungen; bestatigen sie ihr alter; bist du schon 18; sind sie schon 18; bist du 18;
        mindestens 18 jahre alt; alterprufung; altersprufung; einwilligen und weiter; mit werbung weiterlesen
    """),
    "es": _split("""
        antes de continuar; antes de ir a; aceptar todo; rechazar todo; aceptar todas; rechazar todas; aceptar
        y continuar; usamos cookies; utilizamos cookies; configurar cookies; valoramos tu privacidad; su
        privacidad es importante; eres mayor de edad; mayor de 18
    """),
    "it": _split("""
        prima di continuare; accetta tutto; rifiuta tutto; accetta tutti; utilizziamo i cookie; usiamo i
        cookie; continua senza accettare; rispettiamo la tua privacy; sei maggiorenne
    """),
    "pt": _split("""
        antes de continuar; antes de avancar; aceitar tudo; rejeitar tudo; aceitar todos; usamos cookies;
        utilizamos cookies
    """),
    "nl": _split("""
        voordat je verdergaat; voordat u verdergaat; alles accepteren; alles weigeren; alles afwijzen; wij
        gebruiken cookies; we gebruiken cookies; doorgaan zonder te accepteren; ben je 18; ben je ouder dan 18
    """),
    "pl": _split("""
        zanim przejdziesz; zaakceptuj wszystko; odrzuc wszystko; uzywamy plikow cookie
    """),
    "sv": _split("""
        innan du fortsatter; acceptera alla; avvisa alla; vi anvander cookies; godkann alla
    """),
    "da": _split("""
        for du fortsætter; accepter alle; afvis alle; vi bruger cookies
    """),
    "no": _split("""
        for du fortsetter; godta alle; avvis alle; vi bruker informasjonskapsler
    """),
    "fi": _split("""
        ennen kuin jatkat; hyvaksy kaikki; hylkaa kaikki
    """),
    "cs": _split("""
        nez budete pokracovat; prijmout vse; odmitnout vse; pouzivame cookies
    """),
    "hu": _split("""
        mielott tovabblepne; az osszes elfogadasa; az osszes elutasitasa
    """),
    "ro": _split("""
        inainte de a continua; accepta tot; respinge tot; accepta toate
    """),
    "el": _split("""
        πριν συνεχισετε; αποδοχη ολων; απορριψη ολων
    """),
    "ru": _split("""
        прежде чем продолжить; принять все; отклонить все; мы используем фаилы cookie; мы используем cookie
    """),
    "tr": _split("""
        devam etmeden once; tumunu kabul et; tumunu reddet
    """),
    "ja": _split("""
        続行する前に; すべて同意; すべて拒否; すべて受け入れる
    """),
    "zh": _split("""
        继续之前; 全部接受; 全部拒绝; 接受所有
    """),
    "ko": _split("""
        계속하기 전에; 모두 수락; 모두 거부
    """),
}

SHELL: Mapping[str, tuple[str, ...]] = {
    "en": _split("""
        enable javascript; javascript is disabled; javascript is required; javascript disabled; requires
        javascript; need to enable javascript; javascript must be enabled; turn on javascript; javascript to
        run this app; works best with javascript; browser is not supported; browser isn't supported;
        unsupported browser; browser is out of date; outdated browser; upgrade your browser; loading, please
        wait; please wait while; page is loading; loading the page
    """),
    "fr": _split("""
        activer javascript; activez javascript; javascript est desactive; javascript doit etre active;
        navigateur n'est pas compatible; navigateur non compatible; navigateur n'est plus; chargement en
        cours; veuillez patienter; merci de patienter
    """),
    "de": _split("""
        javascript aktivieren; aktivieren sie javascript; aktiviere javascript; javascript ist deaktiviert;
        javascript deaktiviert; browser wird nicht unterstutzt; wird geladen; bitte warten; einen moment bitte
    """),
    "es": _split("""
        habilitar javascript; activar javascript; habilita javascript; active javascript; javascript
        desactivado; navegador no es compatible; navegador no compatible; cargando la pagina; espere un
        momento
    """),
    "it": _split("""
        attivare javascript; abilitare javascript; attiva javascript; abilita javascript; javascript
        disabilitato; browser non supportato; caricamento in corso; attendere prego
    """),
    "pt": _split("""
        ativar o javascript; ative o javascript; habilite o javascript; habilitar o javascript; navegador nao
        e compativel; carregando a pagina; aguarde um momento
    """),
    "nl": _split("""
        javascript inschakelen; schakel javascript in; javascript is uitgeschakeld; browser wordt niet
        ondersteund; even geduld; bezig met laden
    """),
    "pl": _split("""
        wlacz javascript; wlaczyc javascript; obslugi javascript; przegladarka nie jest obslugiwana; prosze
        czekac
    """),
    "ru": _split("""
        включите javascript; включить javascript; браузер не поддерживается; подождите, пожалуиста; идет
        загрузка
    """),
    "tr": _split("""
        javascript'i etkinlestirin; javascript etkinlestirin; lutfen bekleyin
    """),
    "ja": _split("""
        javascriptを有効; javascript を有効; お使いのブラウザ; 読み込み中; しばらくお待ちください
    """),
    "zh": _split("""
        启用javascript; 启用 javascript; 啟用 javascript; 浏览器版本过低; 正在加载; 載入中; 加载中
    """),
    "ko": _split("""
        자바스크립트를; javascript를; 로딩 중; 불러오는 중
    """),
    "sv": _split("""
        aktivera javascript; javascript maste
    """),
    "da": _split("""
        aktiver javascript; slå javascript til
    """),
    "no": _split("""
        aktiver javascript; sla pa javascript
    """),
    "fi": _split("""
        ota javascript kayttoon; salli javascript
    """),
    "cs": _split("""
        povolte javascript; zapnete javascript; povolit javascript
    """),
}

MOVED: Mapping[str, tuple[str, ...]] = {
    "en": _split("""
        you should be redirected; you will be redirected; you are being redirected; being redirected;
        redirecting to; redirecting you; page redirection; if you are not redirected; if you're not
        redirected; not redirected automatically; this page has moved; this page has been moved; has moved to
        a new; has permanently moved; moved permanently; object moved; document has moved; 301 moved; 302
        found; we've moved; we have moved to; click here if you are not; we have moved!; we've moved!; is now
        at
    """),
    "fr": _split("""
        vous allez etre redirige; vous serez redirige; redirection en cours; redirection vers; page a ete
        deplacee; cette page a change d'adresse; si vous n'etes pas redirige
    """),
    "de": _split("""
        sie werden weitergeleitet; du wirst weitergeleitet; weiterleitung zu; automatisch weitergeleitet;
        seite ist umgezogen; seite wurde verschoben
    """),
    "es": _split("""
        seras redirigido; sera redirigido; sera redireccionado; redirigiendo; redireccionando; esta pagina se
        ha movido
    """),
    "it": _split("""
        verrai reindirizzato; sarai reindirizzato; reindirizzamento; pagina e stata spostata
    """),
    "pt": _split("""
        sera redirecionado; redirecionando; esta pagina foi movida; a redirecionar
    """),
    "nl": _split("""
        u wordt doorgestuurd; je wordt doorgestuurd; wordt doorverwezen; deze pagina is verplaatst
    """),
    "pl": _split("""
        nastapi przekierowanie; przekierowanie; zostaniesz przekierowany
    """),
    "ru": _split("""
        вы будете перенаправлены; перенаправление; страница перемещена
    """),
    "tr": _split("""
        yonlendiriliyorsunuz; yonlendirileceksiniz
    """),
    "ja": _split("""
        リダイレクトします; 自動的に移動; 自動的に切り替わります; ページは移動しました; 転送されます
    """),
    "zh": _split("""
        正在跳转; 正在重定向; 即将跳转; 自动跳转; 頁面已移動; 页面已移动
    """),
    "ko": _split("""
        이동합니다; 리디렉션
    """),
    "sv": _split("""
        du omdirigeras; sidan har flyttat
    """),
    "da": _split("""
        du bliver omdirigeret; siden er flyttet
    """),
    "cs": _split("""
        budete presmerovani; presmerovani
    """),
}

REGION: Mapping[str, tuple[str, ...]] = {
    "en": _split("""
        not available in your country; not available in your region; not available in your location; isn't
        available in your country; isn't available in your region; unavailable in your country; unavailable in
        your region; unavailable in your location; unavailable for legal reasons; not currently available in
        your; not yet available in your; unsupported country; not accessible in your country; blocked in your
        country; select your country or region to continue; unavailable in the european economic area; not
        available to visitors from; restricted in your region; unavailable due to legal reasons; belonging to
        the european economic area; our european visitors are important; unavailable to visitors from the
        european; only available in certain regions; only available in certain countries; has banned the
        country or region; configured to block access from your country; not available in the eu; unavailable
        in most european countries
    """),
    "fr": _split("""
        pas disponible dans votre pays; pas disponible dans votre region; n'est pas accessible depuis votre
        pays; indisponible dans votre pays; indisponible dans votre region
    """),
    "de": _split("""
        in ihrem land nicht verfugbar; in deinem land nicht verfugbar; in ihrer region nicht verfugbar; in
        deiner region nicht verfugbar; nicht in ihrem land verfugbar
    """),
    "es": _split("""
        no esta disponible en tu pais; no esta disponible en su pais; no disponible en tu region; no esta
        disponible en tu region
    """),
    "it": _split("""
        non e disponibile nel tuo paese; non e disponibile nella tua regione; non disponibile nel tuo paese
    """),
    "pt": _split("""
        nao esta disponivel no seu pais; nao esta disponivel na sua regiao; nao disponivel no seu pais
    """),
    "nl": _split("""
        niet beschikbaar in uw land; niet beschikbaar in je land; niet beschikbaar in jouw land; niet
        beschikbaar in jouw regio
    """),
    "pl": _split("""
        niedostepna w twoim kraju; niedostepne w twoim kraju; niedostepny w twoim kraju
    """),
    "ru": _split("""
        недоступен в вашеи стране; недоступна в вашеи стране; недоступно в вашем регионе; недоступен в вашем
        регионе
    """),
    "ja": _split("""
        お住まいの国; お住まいの地域では
    """),
    "zh": _split("""
        您所在的国家; 您所在的地区; 您所在的地區
    """),
    "ko": _split("""
        국가에서 사용할 수 없; 지역에서는 사용할 수 없
    """),
}

#: Pages that stand where nobody has put one yet: parked names, a server's first page, listings of a folder.
PLACEHOLDER: Mapping[str, tuple[str, ...]] = {
    "en": _split("""
        is for sale; buy this domain; may be for sale; this domain is available; parked for free; is parked free;
        this domain is parked; recently registered at; future home of something; welcome to nginx!; default page:
        it works; apache2 ubuntu default page; apache2 debian default page; apache http server test page; test page
        for the; iis windows server; internet information services; web server's default page; default web site page;
        index of /; directory listing for /; under construction; launching soon; site is coming soon; opening soon;
        default backend - 404; domain not configured; isn't connected to a website yet
    """),
    "fr": _split(
        "nom de domaine est a vendre; domaine est a vendre; site en construction; site en cours de construction"
    ),
    "de": _split(
        "domain steht zum verkauf; domain ist geparkt; domain geparkt; bei einem anbieter geparkt; hier entsteht"
    ),
    "es": _split("dominio esta en venta; dominio en venta; sitio en construccion; pagina en construccion"),
    "it": _split("dominio e in vendita; dominio in vendita; sito in costruzione; sito in allestimento"),
    "pt": _split("dominio esta a venda; dominio a venda; site em construcao; pagina em construcao"),
    "nl": _split("domein is te koop; domeinnaam is te koop; website in aanbouw; website is in aanbouw"),
    "pl": _split("domena jest na sprzedaz; domena na sprzedaz; strona w budowie"),
    "ru": _split("домен продается; сайт в разработке"),
    "zh": _split("域名出售; 网站建设中"),
    "ja": _split("ドメインは売り出し中; 工事中; 準備中"),
}

#: Kinds in the order in which they are asked: what says more precisely what happened comes first.
SAID: tuple[tuple[ObstacleKind, Mapping[str, tuple[str, ...]]], ...] = (
    (ObstacleKind.REGION, REGION),
    (ObstacleKind.CHALLENGE, CHALLENGE),
    (ObstacleKind.NOT_FOUND, NOT_FOUND),
    (ObstacleKind.MOVED, MOVED),
    (ObstacleKind.ERROR, ERROR),
    (ObstacleKind.ERROR, PLACEHOLDER),
    (ObstacleKind.SHELL, SHELL),
    (ObstacleKind.LOGIN, LOGIN),
    (ObstacleKind.CONSENT, CONSENT),
)

#: Words that mean it only when they are all that a block, or a piece of the title, says.
ALONE: tuple[tuple[ObstacleKind, frozenset[str]], ...] = (
    (
        ObstacleKind.NOT_FOUND,
        frozenset(
            _split("""
        404; 410; gone; hoppla; introuvable; nao encontrado; nicht gefunden; niet gevonden; no encontrada; no
        encontrado; non trovato; not available; not found; oops; ops; oups; uh oh; uh-oh; unavailable; ups;
        whoops
    """)
        ),
    ),
    (
        ObstacleKind.ERROR,
        frozenset(
            _split("""
        500; 502; 503; blad; coming soon; it works;
        chyba; desole; eroare; erreur; erro; error; error page; errore; fehler; fout;
        hata; hiba; maintenance; mantenimiento; manutencao; manutenzione; offline; runtime error; server
        error; sorry; wartung; we're sorry; σφαλμα; ошибка; помилка; エラー; 錯誤; 错误; 오류
    """)
        ),
    ),
    (
        ObstacleKind.CHALLENGE,
        frozenset(
            _split("""
        403; are you a robot?; blocked; captcha; denied; human?; robot check
    """)
        ),
    ),
    (
        ObstacleKind.MOVED,
        frozenset(
            _split("""
        found; moved; redirect; redirecting; redirecting...; redirection; redirection...; see other;
        weiterleitung
    """)
        ),
    ),
    (
        ObstacleKind.SHELL,
        frozenset(
            _split("""
        ...; cargando; cargando...; caricamento; caricamento...; carregando; carregando...; chargement;
        chargement...; laden; laden...; ladowanie; ladt; ladt...; loading; loading page; loading page...;
        loading...; loading…; please wait; please wait...; wird geladen...; yukleniyor; yukleniyor...;
        ładowanie; загрузка; загрузка...
    """)
        ),
    ),
    (
        ObstacleKind.LOGIN,
        frozenset(
            _split("""
        aanmelden; accedi; accesso; anmelden; anmeldung; autentificare; bejelentkezes; connexion; einloggen;
        entrar; giris; giris yap; inicia sesion; iniciar sesion; iniciar sessao; inloggen; kirjaudu; kirjaudu
        sisaan; log in; log in or sign up; log ind; log-in; logg inn; logga in; login; logowanie; prihlaseni;
        s'identifier; se connecter; sign in; sign in or create an account; sign in or sign up; sign-in;
        signin; zaloguj sie; воити; войти; вход; ログイン; 登入; 登录; 로그인
    """)
        ),
    ),
)
