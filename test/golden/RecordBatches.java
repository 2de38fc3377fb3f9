// Prints the record batches that test/golden/record-batch.test.ts compares ours with, as Kafka's own client writes them.
// java -cp 'JARS/*' test/golden/RecordBatches.java > test/golden/record-batches.json   (JARS: Kafka's client jars)
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MemoryRecordsBuilder;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;

public class RecordBatches {
  static byte[] text(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  static String batch(long producerId, int epoch, int sequence, Object[][] records) {
    MemoryRecordsBuilder builder = new MemoryRecordsBuilder(ByteBuffer.allocate(1 << 20), RecordBatch.MAGIC_VALUE_V2,
        Compression.NONE, TimestampType.CREATE_TIME, 0L, RecordBatch.NO_TIMESTAMP, producerId, (short) epoch, sequence,
        false, false, RecordBatch.NO_PARTITION_LEADER_EPOCH, 1 << 20);
    for (Object[] r : records) {
      builder.append((Long) r[0], text((String) r[1]), text((String) r[2]), (Header[]) r[3]);
    }
    MemoryRecords built = builder.build();
    byte[] bytes = new byte[built.sizeInBytes()];
    built.buffer().duplicate().get(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  public static void main(String[] args) {
    Header[] none = {};
    Header[] two = {new RecordHeader("a", text("1")), new RecordHeader("unit", null)};
    String wide = "x".repeat(200);
    String wider = "y".repeat(9000);
    long t = 1700000000000L;
    System.out.println("{");
    System.out.println("  \"plain\": \"" + batch(-1, -1, -1, new Object[][] {{t, "k", "v", none}}) + "\",");
    System.out.println("  \"idempotent\": \"" + batch(4711, 3, 42, new Object[][] {
        {t, "key-1", wide, none}, {t + 70, "key-2", wide, none}, {t - 5, null, wide, none}}) + "\",");
    System.out.println("  \"headers\": \"" + batch(7, 0, 0, new Object[][] {{t, "k", wide, two}, {t, null, null, two}}) + "\",");
    System.out.println("  \"sizes\": \"" + batch(7, 0, 5, new Object[][] {
        {t, null, "", none}, {t, "", "s", none}, {t + 5000000000L, wide, wider, none}, {t, wider, wide, none}}) + "\"");
    System.out.println("}");
  }
}
