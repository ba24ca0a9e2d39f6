// What `riverglass --help` prints.

export const helpText = `Usage: riverglass [start] [flags]

Starts a Kafka cluster and a console to look into it; stops with Ctrl-C.

  --data DIR         folder of the cluster's data                    (./data)
  --brokers N        number of brokers                               (3)
  --kafka-port PORT  first broker's port; the others follow; 0: any  (9092)
  --registry-port PORT
                     schema registry's port; 0: any                  (8081)
  --no-registry      brokers without a schema registry
  --port PORT        console's port; 0: any                          (3000)
  --host ADDRESS     address to listen on                            (127.0.0.1)
  --broker-config [BROKER:]NAME=VALUE
                     a broker config of Kafka, for all brokers or for one; may be
                     given several times, as --broker-config 1:broker.rack=north
  --no-console       brokers alone
  --no-cluster       console alone, for the clusters of --config
  --config FILE      clusters to show beside the built-in one, as YAML or JSON:

                       clusters:
                         - name: staging
                           bootstrap: kafka-1:9092,kafka-2:9092
                           schemaRegistry:
                             url: http://registry-1:8081

  -h, --help         this text
  -v, --version      version of Riverglass

Console and brokers ask nobody for a password: keep --host on an address that
only trusted people reach.`
