{{- define "pgm.name" -}}
{{- if contains .Chart.Name .Release.Name -}}{{ .Release.Name }}{{- else -}}{{ .Release.Name }}-{{ .Chart.Name }}{{- end -}}
{{- end }}

{{- define "pgm.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pgm.metadata" -}}
name: {{ include "pgm.name" . | trunc 63 | trimSuffix "-" }}
labels:
  {{- include "pgm.labels" . | nindent 2 }}
  app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .Release.Service }}
  helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What both modes share of the pod. */}}
{{- define "pgm.pod" -}}
serviceAccountName: {{ include "pgm.name" . | trunc 63 | trimSuffix "-" }}
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
      name: {{ .Values.migrations.configMapName }}
      optional: {{ eq .Values.mode "watch" }}
  - name: database-url
    secret:
      secretName: {{ .Values.database.secretName }}
      defaultMode: 288
      items:
        - key: {{ .Values.database.secretKey }}
          path: url
  {{- with .Values.database.caConfigMap }}
  - name: postgres-ca
    configMap:
      name: {{ . }}
  {{- end }}
{{- end }}

{{/* What both modes share of the container. */}}
{{- define "pgm.container" -}}
name: postgres-manager
image: {{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
env:
  - name: DATABASE_URL_FILE
    value: /run/secrets/pgm/url
  - name: PGSSLMODE
    value: {{ .Values.database.sslMode }}
  {{- if .Values.database.caConfigMap }}
  - name: PGSSLROOTCERT
    value: /etc/postgres-ca/{{ .Values.database.caKey }}
  {{- else if hasPrefix "verify-" .Values.database.sslMode }}
  - name: PGSSLROOTCERT
    value: system
  {{- end }}
  - name: NAMESPACE
    valueFrom:
      fieldRef:
        fieldPath: metadata.namespace
  - name: CONFIGMAP_NAME
    value: {{ .Values.migrations.configMapName }}
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
