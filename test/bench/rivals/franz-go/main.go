// franz-go as fast as it goes: an order as JSON in, two numbers as JSON out, see ../program.ts.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type order struct {
	Broker, Topic, Values, Keys, Acks, Compression string
	Records, Level, BatchBytes, LingerMs           int
	BufferBytes                                    int
	Idempotent                                     bool
}

func main() {
	var o order
	check(json.Unmarshal([]byte(os.Args[1]), &o))
	values, keys := lines(o.Values), lines(o.Keys)
	client, err := kgo.NewClient(options(o)...)
	check(err)
	defer client.Close()
	ctx := context.Background()
	check(client.Ping(ctx))

	// Records are used again once they are settled, as a program that cares for speed would do.
	pool := sync.Pool{New: func() any { return new(kgo.Record) }}
	var acked, failed atomic.Int64
	settled := func(record *kgo.Record, err error) {
		if err == nil {
			acked.Add(1)
		} else {
			failed.Add(1)
		}
		*record = kgo.Record{}
		pool.Put(record)
	}
	start := time.Now()
	for i := range o.Records {
		record := pool.Get().(*kgo.Record)
		record.Key, record.Value = keys[i%len(keys)], values[i%len(values)]
		client.Produce(ctx, record, settled)
	}
	check(client.Flush(ctx))
	seconds := time.Since(start).Seconds()
	if failed.Load() > 0 {
		check(fmt.Errorf("%d records failed", failed.Load()))
	}
	fmt.Printf("{\"records\":%d,\"seconds\":%f}\n", acked.Load(), seconds)
}

func options(o order) []kgo.Opt {
	codecs := map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	codec := codecs[o.Compression]
	if o.Level > 0 {
		codec = codec.WithLevel(o.Level)
	}
	acks := map[string]kgo.Acks{"1": kgo.LeaderAck(), "all": kgo.AllISRAcks()}
	found := []kgo.Opt{
		kgo.SeedBrokers(o.Broker), kgo.DefaultProduceTopic(o.Topic),
		kgo.RequiredAcks(acks[o.Acks]), kgo.ProducerBatchCompression(codec),
		kgo.ProducerBatchMaxBytes(int32(o.BatchBytes)),
		kgo.ProducerLinger(time.Duration(o.LingerMs) * time.Millisecond),
		// Bounded by bytes, as all others are; its own bound is 10,000 records.
		kgo.MaxBufferedRecords(1 << 20), kgo.MaxBufferedBytes(o.BufferBytes),
	}
	if !o.Idempotent {
		found = append(found, kgo.DisableIdempotentWrite(), kgo.MaxProduceRequestsInflightPerBroker(5))
	}
	return found
}

func lines(path string) [][]byte {
	text, err := os.ReadFile(path)
	check(err)
	return bytes.Split(text, []byte("\n"))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
