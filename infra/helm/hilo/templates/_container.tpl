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
  - { name: tmp, mountPath: /tmp }
{{- end }}

{{- define "hilo.env" -}}
{{- $name := include "hilo.name" . -}}
- { name: HILO_HOST, value: 0.0.0.0 }
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
{{- end }}
{{- with .kafkaSaslMechanism }}
- { name: HILO_KAFKA_SASL_MECHANISM, value: {{ . | quote }} }
- { name: HILO_KAFKA_SASL_USERNAME, value: {{ $.Values.stores.kafkaSaslUsername | quote }} }
- { name: HILO_KAFKA_SASL_PASSWORD_FILE, value: /run/secrets/hilo/kafka_password }
{{- end }}
{{- with .registryUsername }}
- { name: HILO_REGISTRY_USERNAME, value: {{ . | quote }} }
- { name: HILO_REGISTRY_PASSWORD_FILE, value: /run/secrets/hilo/registry_password }
{{- end }}
{{- if .caFromSecret }}
- { name: NODE_EXTRA_CA_CERTS, value: /run/secrets/hilo/stores_ca }
{{- end }}
{{- end }}
- { name: HILO_REGISTRY_URL, value: {{ .Values.stores.registryUrl | quote }} }
- { name: HILO_POSTGRES_URL_FILE, value: /run/secrets/hilo/postgres_url }
- { name: HILO_CLICKHOUSE_URL, value: {{ .Values.stores.clickhouseUrl | quote }} }
- { name: HILO_CLICKHOUSE_USER, value: {{ .Values.stores.clickhouseUser | quote }} }
- { name: HILO_CLICKHOUSE_PASSWORD_FILE, value: /run/secrets/hilo/clickhouse_password }
- { name: HILO_ADMIN_TOKEN_FILE, value: /run/secrets/hilo/admin_token }
- { name: HILO_PARTITIONS, value: {{ .Values.partitions | quote }} }
- { name: HILO_TIME_ZONE, value: {{ .Values.timeZone | quote }} }
- { name: HILO_TRUSTED_PROXIES, value: {{ .Values.trustedProxies | quote }} }
{{- with .Values.activation.allowedNetworks }}
- { name: HILO_ACTIVATION_ALLOWED_NETWORKS, value: {{ join "," . | quote }} }
{{- end }}
{{- range $service, $of := .Values.services }}
{{- if ne $service "console" }}
- { name: HILO_{{ upper $service }}_URL, value: "http://{{ $name }}-{{ $service }}-pods:{{ $of.port }}" }
{{- end }}
{{- end }}
{{- range $key, $value := .Values.env }}
- { name: {{ $key }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{- /* The pod around it. */ -}}
{{- define "hilo.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: secrets
    secret: { secretName: {{ .Values.secretName }}, defaultMode: 0440 }
  - name: tmp
    emptyDir: { sizeLimit: 64Mi }
{{- end }}
