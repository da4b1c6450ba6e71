{{/* A label has at most 63 characters, and a Job puts its name in one. */}}
{{- define "pgm.name" -}}
{{- $name := .Release.Name -}}
{{- if not (contains .Chart.Name $name) -}}{{- $name = printf "%s-%s" $name .Chart.Name -}}{{- end -}}
{{- $name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "pgm.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pgm.metadata" -}}
name: {{ include "pgm.name" . }}
labels:
  {{- include "pgm.labels" . | nindent 2 }}
  app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .Release.Service }}
  helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "pgm.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{/* The pod, as far as both modes share it. */}}
{{- define "pgm.pod" -}}
serviceAccountName: {{ include "pgm.name" . }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ add .Values.graceSeconds 30 }}
securityContext:
  runAsNonRoot: true
  fsGroup: 1000
  seccompProfile:
    type: RuntimeDefault
volumes:
  - name: migrations
    configMap:
      name: {{ .Values.migrations.configMapName | quote }}
      optional: {{ eq .Values.mode "watch" }}
  - name: database-url
    secret:
      secretName: {{ .Values.database.secretName | quote }}
      defaultMode: 288
      items:
        - key: {{ .Values.database.secretKey | quote }}
          path: url
  {{- with .Values.database.caConfigMap }}
  - name: postgres-ca
    configMap:
      name: {{ . | quote }}
  {{- end }}
{{- end }}

{{/* The container, as far as both modes share it. */}}
{{- define "pgm.container" -}}
name: postgres-manager
image: {{ include "pgm.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
env:
  - name: DATABASE_URL_FILE
    value: /run/secrets/pgm/url
  - name: PGSSLMODE
    value: {{ .Values.database.sslMode }}
  {{- if .Values.database.caConfigMap }}
  - name: PGSSLROOTCERT
    value: {{ printf "/etc/postgres-ca/%s" .Values.database.caKey | quote }}
  {{- else if hasPrefix "verify-" .Values.database.sslMode }}
  - name: PGSSLROOTCERT
    value: system
  {{- end }}
  - name: NAMESPACE
    valueFrom:
      fieldRef:
        fieldPath: metadata.namespace
  - name: CONFIGMAP_NAME
    value: {{ .Values.migrations.configMapName | quote }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  runAsUser: 1000
  runAsGroup: 1000
  runAsNonRoot: true
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities:
    drop: [ALL]
  seccompProfile:
    type: RuntimeDefault
volumeMounts:
  - name: migrations
    mountPath: /migrations-configmap
    readOnly: true
  - name: database-url
    mountPath: /run/secrets/pgm
    readOnly: true
  {{- if .Values.database.caConfigMap }}
  - name: postgres-ca
    mountPath: /etc/postgres-ca
    readOnly: true
  {{- end }}
{{- end }}
