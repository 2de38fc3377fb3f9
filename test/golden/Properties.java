// What java.util.Properties.load(InputStream) makes of awkward files, as JSON for properties.test.ts:
//   java test/golden/Properties.java > test/golden/properties.json
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

public class Properties {
    static final String[] FILES = {
        "a=b", "a = b ", "a:b", "a b", "a\tb", "a\f=\fb", "a", "a=", "=b", ":", "a==b", "a = = b", "a : = b", "a\\=b=c", "a\\:b:c",
        "a\\ b c", "# c\na=1", "! c\na=1", "  # c\n  a=1", "a=1#2", "a=\\\n  b\\\n\tc", "a=b\\\\\nc=d", "a=b\\\\\\\nc=d",
        "a\\\nb=c", "a=b\\\n# no comment\nc=d", "# comment \\\na=b", "a=b\r\nc=d\re=f\n", "a=\\u0041\\u00e9", "a=\\t\\n\\r\\f\\q\\\"",
        "a=\u00e9\u00c3\u00a9", "\\u0061\\u003d=x", "a=1\na=2", "\n\n \t\f\na=b", "a=b\\", "a=\\", "\\", "\\\n\\\n", "  \\\n  a=b", "a=b\\\r\n  c",
        "a=b\\\n\n\nc=d", "a=b\\\n   \nc=d", "key with=space", "a\\\\=b", "a\u00a0b=c", "a=\u0000b", "\ta\t=\tb\t",
        "sasl.jaas.config=org.x.Plain required \\\n  username=\"a\" \\\n  password=\"p\\\\\\\"q\";", "path=C:\\\\keys\\\\k.p12",
    };

    public static void main(String[] args) throws Exception {
        StringBuilder json = new StringBuilder("[\n");
        for (int i = 0; i < FILES.length; i++) {
            java.util.Properties properties = new java.util.Properties();
            properties.load(new ByteArrayInputStream(FILES[i].getBytes(StandardCharsets.ISO_8859_1)));
            StringBuilder entries = new StringBuilder();
            new TreeMap<>(properties).forEach((key, value) -> {
                if (entries.length() > 0) entries.append(", ");
                entries.append(quoted((String) key)).append(": ").append(quoted((String) value));
            });
            json.append("  { \"file\": ").append(quoted(FILES[i])).append(", \"entries\": {").append(entries).append("} }");
            json.append(i + 1 < FILES.length ? ",\n" : "\n");
        }
        System.out.print(json.append("]\n"));
    }

    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') json.append('\\').append(c);
            else if (c < 0x20 || c > 0x7e) json.append(String.format("\\u%04x", (int) c));
            else json.append(c);
        }
        return json.append('"').toString();
    }
}
