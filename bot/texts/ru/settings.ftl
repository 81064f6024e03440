# Templates of captions and names, in /settings.
settings-caption = Подпись: { $now }
settings-name = Имя: { $now }
settings-no-caption = без подписи
settings-how-caption = Что стоит под результатом.
settings-how-name = Как называется файл результата.
settings-how-type-caption = ✏️ Напишите, что должно стоять под каждым результатом. Подставляются слова: {"{"}name{"}"} — имя, {"{"}size{"}"} — размер, {"{"}before{"}"} — прежний размер, {"{"}length{"}"} — длина, {"{"}format{"}"} — формат.
settings-how-type-name = ✏️ Напишите, как должен называться каждый результат; {"{"}name{"}"} — имя вашего файла. Например: {"{"}name{"}"} (готово)
settings-no-word = Я не знаю «{ $word }».
