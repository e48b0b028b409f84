{{- /* Refuses values that would send something unencrypted, each by its name. `tls.insecure` allows them. */ -}}
{{- define "hilo.requireTls" -}}
{{- if not .Values.tls.insecure -}}
{{- $or := "or set tls.insecure=true" -}}
{{- if not (contains "%s" .Values.tls.existingSecret) }}{{ fail (printf "tls.existingSecret must contain %%s, which stands for the service, %s" $or) }}{{ end -}}
{{- with .Values.stores -}}
{{- if not .kafkaTls }}{{ fail (printf "stores.kafkaTls must be true, %s" $or) }}{{ end -}}
{{- if not (hasPrefix "https://" .registryUrl) }}{{ fail (printf "stores.registryUrl must begin with https://, %s" $or) }}{{ end -}}
{{- if not (hasPrefix "https://" .clickhouseUrl) }}{{ fail (printf "stores.clickhouseUrl must begin with https://, %s" $or) }}{{ end -}}
{{- end -}}
{{- range $field := list "url" "trackingUrl" -}}
{{- $url := index $.Values.console $field -}}
{{- if not (or (eq $url "") (hasPrefix "https://" $url)) }}{{ fail (printf "console.%s must begin with https://, %s" $field $or) }}{{ end -}}
{{- end -}}
{{- if and .Values.console.mail.from (ne .Values.console.mail.tls "required") }}{{ fail (printf "console.mail.tls must be required, %s" $or) }}{{ end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.tlsSecretName) }}{{ fail (printf "ingress.tlsSecretName must name the Secret with the ingress' certificate, %s" $or) }}{{ end -}}
{{- else -}}
{{- range $store := list "kafka" "registry" "clickhouse" -}}
{{- $field := printf "%sCertificateOfService" $store -}}
{{- if index $.Values.stores $field }}{{ fail (printf "stores.%s needs the certificates of tls: tls.insecure must be false" $field) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end }}
