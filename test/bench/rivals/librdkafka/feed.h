/* Put in front of rdkafka_performance.c (cc -include): it sends the lines of two files, over and over, in place of its one
 * pattern. The files stay in memory as long as the program lives, so that nothing need be copied. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rdkafka.h"

struct feed {
        char *at;  /* the next line */
        char *text;
        char *end; /* behind the last line's end */
};

static struct feed feed_open(const char *variable) {
        struct feed feed = {0};
        const char *path = getenv(variable);
        FILE *file       = path ? fopen(path, "rb") : NULL;
        long size;
        if (!file) {
                fprintf(stderr, "%s: expected the path of a file, got %s\n", variable, path ? path : "nothing");
                exit(2);
        }
        fseek(file, 0, SEEK_END);
        size = ftell(file);
        rewind(file);
        feed.at = feed.text = malloc((size_t)size + 1);
        if (!feed.text || fread(feed.text, 1, (size_t)size, file) != (size_t)size)
                exit(2);
        fclose(file);
        feed.text[size] = '\n';
        feed.end        = feed.text + size + 1;
        return feed;
}

static char *feed_next(struct feed *feed, size_t *length) {
        char *line = feed->at;
        char *end  = memchr(line, '\n', (size_t)(feed->end - line));
        *length    = (size_t)(end - line);
        feed->at   = end + 1 == feed->end ? feed->text : end + 1;
        return line;
}

static int fed_produce(rd_kafka_topic_t *topic, int32_t partition, int flags, void *payload, size_t length,
                       const void *key, size_t key_length, void *opaque) {
        static struct feed values, keys;
        if (!values.text) {
                values = feed_open("FEED_VALUES");
                keys   = feed_open("FEED_KEYS");
        }
        payload = feed_next(&values, &length);
        key     = feed_next(&keys, &key_length);
        return rd_kafka_produce(topic, partition, flags, payload, length, key, key_length, opaque);
}

#define rd_kafka_produce fed_produce
