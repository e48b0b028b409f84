{{- /* What every container of Hilo has: call with (dict "root" $ "part" "ingestion" "resources" …). */ -}}
{{- define "hilo.container" -}}
name: {{ .part }}
image: {{ include "hilo.image" .root | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
args: [{{ .part }}]
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
resources: {{ toYaml .resources | nindent 2 }}
volumeMounts:
  - { name: secrets, mountPath: /run/secrets/hilo, readOnly: true }
  {{- if not .root.Values.tls.insecure }}
  - { name: tls, mountPath: /run/secrets/tls, readOnly: true }
  {{- end }}
  - { name: tmp, mountPath: /tmp }
{{- end }}

{{- define "hilo.env" -}}
{{- $name := include "hilo.name" . -}}
{{- $secure := not .Values.tls.insecure -}}
- { name: HILO_TLS, value: {{ $secure | ternary "required" "off" | quote }} }
{{- if $secure }}
- { name: HILO_TLS_CERT_FILE, value: /run/secrets/tls/tls.crt }
- { name: HILO_TLS_KEY_FILE, value: /run/secrets/tls/tls.key }
{{- end }}
- { name: HILO_HOST, value: 0.0.0.0 }
- { name: HILO_OPERATIONS_HOST, value: 0.0.0.0 }
- { name: HILO_HEAP_MIB, value: {{ .Values.heapMib | quote }} }
- { name: HILO_KAFKA_BROKERS, value: {{ join "," .Values.stores.kafkaBrokers | quote }} }
{{- with .Values.stores }}
{{- if .kafkaTls }}
- { name: HILO_KAFKA_TLS, value: "on" }
{{- end }}
{{- if .kafkaCaFromSecret }}
- { name: HILO_KAFKA_TLS_CA_FILE, value: /run/secrets/hilo/kafka_ca }
{{- end }}
{{- if .kafkaCertificateFromSecret }}
- { name: HILO_KAFKA_TLS_CERT_FILE, value: /run/secrets/hilo/kafka_certificate }
- { name: HILO_KAFKA_TLS_KEY_FILE, value: /run/secrets/hilo/kafka_key }
{{- else if .kafkaCertificateOfService }}
- { name: HILO_KAFKA_TLS_CERT_FILE, value: /run/secrets/tls/tls.crt }
- { name: HILO_KAFKA_TLS_KEY_FILE, value: /run/secrets/tls/tls.key }
{{- end }}
{{- with .kafkaSaslMechanism }}
- { name: HILO_KAFKA_SASL_MECHANISM, value: {{ . | quote }} }
- { name: HILO_KAFKA_SASL_PASSWORD_FILE, value: /run/secrets/hilo/kafka_password }
{{- end }}
{{- if .registryCertificateOfService }}
- { name: HILO_REGISTRY_TLS_CERT_FILE, value: /run/secrets/tls/tls.crt }
- { name: HILO_REGISTRY_TLS_KEY_FILE, value: /run/secrets/tls/tls.key }
{{- end }}
{{- with .registryUsername }}
- { name: HILO_REGISTRY_USERNAME, value: {{ . | quote }} }
- { name: HILO_REGISTRY_PASSWORD_FILE, value: /run/secrets/hilo/registry_password }
{{- end }}
{{- if .caFromSecret }}
- { name: NODE_EXTRA_CA_CERTS, value: /run/secrets/hilo/stores_ca }
{{- else if $secure }}
- { name: NODE_EXTRA_CA_CERTS, value: /run/secrets/tls/ca.crt }
{{- end }}
{{- end }}
- { name: HILO_REGISTRY_URL, value: {{ .Values.stores.registryUrl | quote }} }
- { name: HILO_POSTGRES_URL_FILE, value: /run/secrets/hilo/postgres_url }
- { name: HILO_PARTITIONS, value: {{ .Values.partitions | quote }} }
- { name: HILO_TIME_ZONE, value: {{ .Values.timeZone | quote }} }
{{- with .Values.logOtlp }}
{{- if .url }}
- { name: HILO_LOG_OTLP_URL, value: {{ .url | quote }} }
- { name: HILO_LOG_OTLP_ALLOW_HTTP, value: {{ .allowHttp | ternary "on" "off" | quote }} }
{{- if .headersFromSecret }}
- { name: HILO_LOG_OTLP_HEADERS_FILE, value: /run/secrets/hilo/log_otlp_headers }
{{- end }}
{{- end }}
{{- end }}
- { name: HILO_IDENTIFIERS_IN_URLS, value: {{ .Values.identifiersInUrls | quote }} }
- { name: HILO_TRUSTED_PROXIES, value: {{ .Values.trustedProxies | quote }} }
{{- with .Values.activation.allowedNetworks }}
- { name: HILO_ACTIVATION_ALLOWED_NETWORKS, value: {{ join "," . | quote }} }
{{- end }}
{{- range $service, $of := .Values.services }}
{{- if ne $service "console" }}
- { name: HILO_{{ upper $service }}_URL, value: "{{ $secure | ternary "https" "http" }}://{{ $name }}-{{ $service }}-pods:{{ $of.port }}" }
{{- end }}
{{- end }}
{{- range $key, $value := .Values.env }}
- { name: {{ $key }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{- /* Which services a service asks over HTTP: packages/service/src/service-calls.ts says by which routes. */ -}}
{{- define "hilo.calls" -}}
console: [ingestion, identity, profile, segmentation, activation, history]
activation: [segmentation]
profile: [history]
{{- end }}

{{- /* What opens a service's API, and how it signs its own calls: call with (dict "root" $ "part" "ingestion"). */ -}}
{{- define "hilo.accessEnv" -}}
{{- $part := .part -}}
{{- if has $part .root.Values.adminTokenFor }}
- { name: HILO_ADMIN_TOKEN_FILE, value: /run/secrets/hilo/admin_token }
{{- end }}
{{- range $caller, $called := include "hilo.calls" .root | fromYaml }}
{{- if eq $caller $part }}
- { name: HILO_SERVICE_KEY_FILE, value: /run/secrets/hilo/service_key }
{{- end }}
{{- if has $part $called }}
- { name: HILO_{{ upper $caller }}_PUBLIC_KEY_FILE, value: /run/secrets/hilo/{{ $caller }}_public_key }
{{- end }}
{{- end }}
{{- end }}

{{- /* The keys of the Secret for that. */ -}}
{{- define "hilo.accessItems" -}}
{{- $part := .part -}}
{{- if has $part .root.Values.adminTokenFor }}
- { key: admin_token, path: admin_token }
{{- end }}
{{- range $caller, $called := include "hilo.calls" .root | fromYaml }}
{{- if eq $caller $part }}
- { key: {{ $caller }}_service_key, path: service_key }
{{- end }}
{{- if has $part $called }}
- { key: {{ $caller }}_public_key, path: {{ $caller }}_public_key }
{{- end }}
{{- end }}
{{- end }}

{{- /* ClickHouse, for the parts that use it: setup with the user that may do everything, history with its own. */ -}}
{{- define "hilo.clickhouseEnv" -}}
{{- $stores := .root.Values.stores -}}
- { name: HILO_CLICKHOUSE_URL, value: {{ $stores.clickhouseUrl | quote }} }
- { name: HILO_CLICKHOUSE_USER, value: {{ eq .part "setup" | ternary $stores.clickhouseUser $stores.clickhouseLoader | quote }} }
{{- if $stores.clickhouseCertificateOfService }}
- { name: HILO_CLICKHOUSE_TLS_CERT_FILE, value: /run/secrets/tls/tls.crt }
- { name: HILO_CLICKHOUSE_TLS_KEY_FILE, value: /run/secrets/tls/tls.key }
{{- else }}
- { name: HILO_CLICKHOUSE_PASSWORD_FILE, value: /run/secrets/hilo/clickhouse_password }
{{- end }}
{{- end }}

{{- /* Who a part is in Kafka: call with (dict "root" $ "part" "ingestion"). The console is nobody there. */ -}}
{{- define "hilo.kafkaUserEnv" -}}
{{- $stores := .root.Values.stores -}}
{{- if and $stores.kafkaSaslMechanism (ne .part "console") }}
{{- if and $stores.kafkaUserPerService (ne .part "setup") }}
- { name: HILO_KAFKA_SASL_USERNAME, value: hilo_{{ .part }} }
{{- else }}
- { name: HILO_KAFKA_SASL_USERNAME, value: {{ $stores.kafkaSaslUsername | quote }} }
{{- end }}
{{- end }}
{{- if and (eq .part "setup") (or $stores.kafkaUserPerService $stores.kafkaCertificateOfService) }}
- { name: HILO_KAFKA_RIGHTS, value: "on" }
- { name: HILO_KAFKA_DESTINATION_TOPICS, value: {{ join "," $stores.kafkaDestinationTopics | quote }} }
{{- range $service, $of := .root.Values.services }}
{{- if and $stores.kafkaUserPerService (ne $service "console") }}
- { name: HILO_{{ upper $service }}_KAFKA_PASSWORD_FILE, value: /run/secrets/hilo/{{ $service }}_kafka_password }
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The keys of the Secret that a part gets, and no others: call with (dict "root" $ "part" "ingestion"). */ -}}
{{- define "hilo.secretItems" -}}
{{- include "hilo.accessItems" . }}
{{- if eq .part "setup" }}
- { key: postgres_url, path: postgres_url }
{{- range $service, $of := .root.Values.services }}
- { key: {{ $service }}_postgres_url, path: {{ $service }}_postgres_url }
{{- end }}
{{- else }}
- { key: {{ .part }}_postgres_url, path: postgres_url }
{{- end }}
{{- $hasPasswords := not .root.Values.stores.clickhouseCertificateOfService }}
{{- if and $hasPasswords (eq .part "setup") }}
- { key: clickhouse_password, path: clickhouse_password }
{{- end }}
{{- if and $hasPasswords (eq .part "history") }}
- { key: clickhouse_loader_password, path: clickhouse_password }
{{- end }}
{{- if and $hasPasswords (has .part (list "history" "segmentation")) }}
- { key: clickhouse_reader_password, path: clickhouse_reader_password }
{{- end }}
{{- if and (eq .part "console") .root.Values.console.firstPasswordFromSecret }}
- { key: console_first_password, path: console_first_password }
{{- end }}
{{- if and .root.Values.logOtlp.url .root.Values.logOtlp.headersFromSecret (ne .part "setup") }}
- { key: log_otlp_headers, path: log_otlp_headers }
{{- end }}
{{- if and (eq .part "console") .root.Values.console.keyFromSecret }}
- { key: console_key, path: console_key }
{{- end }}
{{- $part := .part }}
{{- $services := .root.Values.services }}
{{- with .root.Values.stores }}
{{- if .kafkaCaFromSecret }}
- { key: kafka_ca, path: kafka_ca }
{{- end }}
{{- if .kafkaCertificateFromSecret }}
- { key: kafka_certificate, path: kafka_certificate }
- { key: kafka_key, path: kafka_key }
{{- end }}
{{- if and .kafkaUserPerService (eq $part "setup") }}
{{- range $service, $of := $services }}
{{- if ne $service "console" }}
- { key: {{ $service }}_kafka_password, path: {{ $service }}_kafka_password }
{{- end }}
{{- end }}
{{- end }}
{{- if and .kafkaSaslMechanism (ne $part "console") }}
{{- if and .kafkaUserPerService (ne $part "setup") }}
- { key: {{ $part }}_kafka_password, path: kafka_password }
{{- else }}
- { key: kafka_password, path: kafka_password }
{{- end }}
{{- end }}
{{- if .registryUsername }}
- { key: registry_password, path: registry_password }
{{- end }}
{{- if .caFromSecret }}
- { key: stores_ca, path: stores_ca }
{{- end }}
{{- end }}
{{- end }}

{{- /* The pod around it: call as above. */ -}}
{{- define "hilo.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: secrets
    secret:
      secretName: {{ .root.Values.secretName }}
      defaultMode: 0440
      items: {{ include "hilo.secretItems" . | nindent 8 }}
  {{- if not .root.Values.tls.insecure }}
  - name: tls
    secret:
      secretName: {{ printf .root.Values.tls.existingSecret .part }}
      defaultMode: 0440
  {{- end }}
  - name: tmp
    emptyDir: { sizeLimit: 64Mi }
{{- end }}
