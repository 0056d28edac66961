"""Texts in the encodings of old programs. In: {seed, cases}. Out: {version, cases: [{encoding, text, bytes, found}]}.

`found` is what charset-normalizer makes of the bytes."""

import json
import platform
import random
import sys

import charset_normalizer

asked = json.load(sys.stdin)
dice = random.Random(asked["seed"])
texts = {
    "cp1251": ["Библиотека закрыта по понедельникам и открыта до девяти часов вечера", "Доставка по вторникам и пятницам, оплата картой при получении", "Мы принимаем заказы по телефону и на сайте каждый день", "Гарантия два года со дня покупки, ремонт бесплатный"],
    "koi8-r": ["Библиотека закрыта по понедельникам и открыта до девяти часов вечера", "Доставка по вторникам и пятницам, оплата картой при получении", "Мы принимаем заказы по телефону и на сайте каждый день"],
    "cp1252": ["Die Bücherei schließt über Ostern und öffnet am Dienstag wieder", "Le café est fermé l’après-midi, réservation nécessaire à l’avance", "El jardín está cerrado mañana, según el señor Núñez", "Größe und Gewicht prüfen, bevor Sie die Maschine auspacken – danke"],
    "cp1250": ["Knihovna je v pondělí zavřená a čítárna je otevřena do devíti hodin večer", "Zamówienia przyjmujemy codziennie, dostawa następnego dnia roboczego", "A könyvtár hétfőn zárva van, az olvasóterem este kilencig tart nyitva"],
    "cp1253": ["Η βιβλιοθήκη είναι κλειστή τις Δευτέρες και ανοιχτή ως τις εννέα το βράδυ", "Η παράδοση γίνεται κάθε Τρίτη και Παρασκευή με πληρωμή στην πόρτα"],
    "cp1254": ["Kütüphane pazartesi günleri kapalıdır, okuma salonu akşam dokuza kadar açıktır", "Siparişleri her gün telefonla ve internet sitesinden alıyoruz, teşekkürler"],
    "cp1255": ["הספרייה סגורה ביום שני ופתוחה עד תשע בערב בשאר הימים", "המשלוח מגיע בכל יום שלישי ושישי והתשלום לשליח"],
    "cp1256": ["المكتبة مغلقة يوم الاثنين ومفتوحة حتى التاسعة مساء في باقي الأيام", "التوصيل كل ثلاثاء وجمعة والدفع عند الاستلام بالبطاقة"],
    "shift_jis": ["図書館は月曜日に休みます。閲覧室は夜の九時まで開いています。", "ご注文は電話またはホームページで毎日受け付けております。"],
    "euc_jp": ["図書館は月曜日に休みます。閲覧室は夜の九時まで開いています。", "ご注文は電話またはホームページで毎日受け付けております。"],
    "gbk": ["图书馆星期一不开门，阅览室开到晚上九点。", "我们每天通过电话和网站接受订单，货到付款。"],
    "big5": ["圖書館星期一不開門，閱覽室開到晚上九點。", "我們每天透過電話和網站接受訂單，貨到付款。"],
    "euc_kr": ["도서관은 월요일에 쉽니다. 열람실은 밤 아홉 시까지 엽니다.", "주문은 전화나 홈페이지로 매일 받고 있습니다."],
    "utf-8": ["Größe, café, naïve – “curly”, 5 €", "図書館は月曜日に休みます。", "Библиотека закрыта", "Plain words and nothing else"],
    "utf-16-le": ["name,phone and other plain words without any mark", "Die Bücherei schließt über Ostern und öffnet wieder"],
}

cases = []
while len(cases) < asked["cases"]:
    encoding = dice.choice(sorted(texts))
    chosen = dice.sample(texts[encoding], dice.randrange(1, len(texts[encoding]) + 1))
    text = "\n".join(chosen)
    coded = text.encode(encoding)
    best = charset_normalizer.from_bytes(coded).best()
    cases.append({"encoding": encoding, "text": text, "bytes": list(coded), "found": str(best) if best else None})

json.dump({"version": platform.python_version(), "cases": cases}, sys.stdout)
