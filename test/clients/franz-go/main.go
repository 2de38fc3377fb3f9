// One command for franz-go, from standard input to standard output, both JSON: see ../driven.ts.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const quiet = 10 * time.Second

type record struct {
	Key     *string           `json:"key"`
	Value   *string           `json:"value"`
	Headers map[string]string `json:"headers"`
}

type command struct {
	Do          string
	Brokers     string
	Topic       string
	Partitions  int32
	Records     []record
	Compression string
	Acks        any // 0, 1 or "all"
	Idempotent  bool
	Group       string
	Count       int
}

func main() {
	var c command
	check(json.NewDecoder(os.Stdin).Decode(&c))
	ctx, cancel := context.WithTimeout(context.Background(), 35*time.Second)
	defer cancel()
	commands := map[string]func(context.Context, command) any{
		"create": create, "remove": remove, "partitions": partitions,
		"ends": ends, "produce": produce, "consume": consume,
	}
	check(json.NewEncoder(os.Stdout).Encode(commands[c.Do](ctx, c)))
}

func create(ctx context.Context, c command) any {
	_, err := admin(c).CreateTopic(ctx, c.Partitions, 1, nil, c.Topic)
	check(err)
	return nil
}

func remove(ctx context.Context, c command) any {
	_, err := admin(c).DeleteTopic(ctx, c.Topic)
	check(err)
	return nil
}

func partitions(ctx context.Context, c command) any {
	topics, err := admin(c).ListTopics(ctx)
	check(err)
	counts := map[string]int{}
	for name, topic := range topics {
		counts[name] = len(topic.Partitions)
	}
	return counts
}

func ends(ctx context.Context, c command) any {
	offsets, err := admin(c).ListEndOffsets(ctx, c.Topic)
	check(err)
	found := make([]int64, len(offsets[c.Topic]))
	offsets.Each(func(o kadm.ListedOffset) {
		check(o.Err)
		found[o.Partition] = o.Offset
	})
	return found
}

func produce(ctx context.Context, c command) any {
	codecs := map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	acks := map[string]kgo.Acks{"0": kgo.NoAck(), "1": kgo.LeaderAck(), "all": kgo.AllISRAcks()}
	options := []kgo.Opt{
		kgo.ProducerBatchCompression(codecs[c.Compression]),
		kgo.RequiredAcks(acks[fmt.Sprint(c.Acks)]),
		kgo.ProducerLinger(20 * time.Millisecond),
	}
	if !c.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	client := dial(c, options...)
	defer client.Close()
	records := make([]*kgo.Record, len(c.Records))
	for i, r := range c.Records {
		records[i] = &kgo.Record{Topic: c.Topic, Key: data(r.Key), Value: data(r.Value)}
		for name, value := range r.Headers {
			records[i].Headers = append(records[i].Headers, kgo.RecordHeader{Key: name, Value: []byte(value)})
		}
	}
	check(client.ProduceSync(ctx, records...).FirstErr())
	return nil
}

func consume(ctx context.Context, c command) any {
	client := dial(c,
		kgo.ConsumerGroup(c.Group), kgo.ConsumeTopics(c.Topic), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	defer client.Close()
	found := []record{}
	read := []*kgo.Record{}
	for len(found) < c.Count {
		wait, cancel := context.WithTimeout(ctx, quiet)
		fetches := client.PollRecords(wait, c.Count-len(found))
		over := wait.Err() != nil
		cancel()
		if over {
			break
		}
		check(fetches.Err())
		fetches.EachRecord(func(r *kgo.Record) {
			headers := map[string]string{}
			for _, h := range r.Headers {
				headers[h.Key] = string(h.Value)
			}
			found = append(found, record{text(r.Key), text(r.Value), headers})
			read = append(read, r)
		})
	}
	check(client.CommitRecords(ctx, read...))
	return found
}

func dial(c command, options ...kgo.Opt) *kgo.Client {
	client, err := kgo.NewClient(append(options, kgo.SeedBrokers(c.Brokers))...)
	check(err)
	return client
}

func admin(c command) *kadm.Client { return kadm.NewClient(dial(c)) }

func data(text *string) []byte {
	if text == nil {
		return nil
	}
	return []byte(*text)
}

func text(data []byte) *string {
	if data == nil {
		return nil
	}
	text := string(data)
	return &text
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
