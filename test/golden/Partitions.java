// Prints keys with Kafka's own hash of them, for test/golden/partition.test.ts.
// java -cp 'JARS/*' test/golden/Partitions.java > test/golden/partitions.json   (JARS: Kafka's client jars)
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

public class Partitions {
  public static void main(String[] args) {
    StringBuilder out = new StringBuilder("[\n");
    String[] alphabet = {"a", "Z", "0", "-", "é", "日", "😀"};
    int state = 12345;
    for (int i = 0; i < 120; i++) {
      StringBuilder key = new StringBuilder();
      for (int n = 0; n < i % 40; n++) {
        state = state * 1103515245 + 12345;
        key.append(alphabet[(state >>> 16) % (i < 60 ? 4 : 7)]);
      }
      byte[] bytes = key.toString().getBytes(StandardCharsets.UTF_8);
      out.append("  [\"").append(key).append("\", ").append(Utils.toPositive(Utils.murmur2(bytes))).append(i < 119 ? "],\n" : "]\n");
    }
    System.out.print(out.append("]\n"));
  }
}
